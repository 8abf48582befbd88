#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Asks Ansible and OpenSSH how they read small inventories made by chance.

    inventory_reference.py make DIRECTORY SEED COUNT      writes inventories, one a folder, and asks nobody
    inventory_reference.py compare DIRECTORY              prints where ours.json says something else than Ansible
    inventory_reference.py programs DIRECTORY COUNT       writes what `ansible-inventory --list` prints of the first ones
    inventory_reference.py ssh DIRECTORY SEED COUNT       writes ssh configurations, with what `ssh -G` says of their hosts

`ours.json` holds, for each folder, null where the inventory is refused, or what is read of each host: groups, variables as text, and
user, port and address. A difference that is meant is a line in `MEANT`, and stands in Docs/Inventory.md.
"""
import ast
import json
import os
import pathlib
import random
import subprocess
import sys


# ---- Made by chance

WORDS = ["a", "b1", "two words", "x=y", "C:\\Temp\\new", "CORP\\svc", "don't", "50%", "a#b", "a;b", "~/x", "/opt/app", "웹 서버"]
PLAIN = ["1", "0", "22", "0644", "1.10", "1e5", "True", "False", "true", "yes", "no", "None", "abc", "-5", "56L", "1_000", "a,b", "x:y"]


def quoted(dice, word):
    """A word of a host line in INI, quoted as people do."""
    if dice.random() < 0.5 and "'" not in word:
        return f"'{word}'"
    return '"' + word.replace('"', '\\"') + '"'


def ini_value(dice):
    return dice.choice(PLAIN) if dice.random() < 0.5 else quoted(dice, dice.choice(WORDS))


def pattern(dice, number):
    return dice.choice([
        f"h{number}", f"h{number}.example.com", f"h{number}x[1:3]", f"h{number}-[01:12:4]", f"h{number}[:2]", f"h{number}[a:c]y",
        f"h{number}r[1:2]-n[01:02]", f"h{number}:22{number % 90 + 10}", f"h{number}[1:2]:2201", f"[1:2].h{number}", f"10.0.0.{number}",
    ])


def make_ini(dice, names):
    lines, used = [], []
    if dice.random() < 0.3:
        lines.append(f"alone{dice.randrange(9)}" + (" # don't ask" if dice.random() < 0.5 else ""))
    for group in names:
        lines += ["", f"[{group}]" + dice.choice(["", "", " # the group", "   "])]
        for _ in range(dice.randrange(4)):
            host = dice.choice(used) if used and dice.random() < 0.2 else pattern(dice, dice.randrange(100))
            used.append(host)
            words = [f"v{dice.randrange(5)}={ini_value(dice)}" for _ in range(dice.randrange(3))]
            words += dice.choice([[], [], ["ansible_user=ops"], ["ansible_port=2222"], ["ansible_host=10.1.1.1"]])
            lines.append(" ".join([host] + words) + dice.choice(["", "", "  # don't touch"]))
    for position, group in enumerate(names):
        inner = [other for other in names[position + 1:] if dice.random() < 0.4]
        if inner and dice.random() < 0.7:
            if dice.random() < 0.08:
                inner.append(inner[0] + "x")
            lines += ["", f"[{group}:children]"] + inner
        if dice.random() < 0.5:
            name = group if dice.random() < 0.95 else group + "y"
            lines += ["", f"[{name}:vars]"]
            lines += [f"{dice.choice(['v1', 'v2', 'g' + group])} = {dice.choice(PLAIN)}" for _ in range(dice.randrange(1, 3))]
            if dice.random() < 0.2:
                lines.append(f"ansible_group_priority={dice.randrange(1, 20)}")
    return "\n".join(lines) + "\n"


def yaml_value(dice):
    return dice.choice(["1", "'1'", "0644", "1.10", "yes", "'no'", "on", "null", "~", "", "text", "'two words'", '"C:\\\\Temp"', "2026-01-05",
                        "12:30:45", "[a, 1]", "1_000", "0x1F", "1e3", "TRUE", "n"])


def make_yaml(dice, names, depth=0):
    lines = []
    pad = "  " * depth
    for position, group in enumerate(names):
        lines.append(f"{pad}{group}:")
        if dice.random() < 0.1:
            continue
        hosts = sorted({pattern(dice, dice.randrange(100)) for _ in range(dice.randrange(3))})
        lines.append(f"{pad}  hosts:")
        for host in hosts:
            lines.append(f'{pad}    "{host}":')
            lines += [f"{pad}      v{number}: {yaml_value(dice)}" for number in sorted(dice.sample(range(5), dice.randrange(3)))]
        if dice.random() < 0.5:
            lines.append(f"{pad}  vars:")
            lines += [f"{pad}    {name}: {yaml_value(dice)}" for name in sorted(dice.sample(["v1", "v2", "v7"], dice.randrange(3)))]
        if depth < 2 and dice.random() < 0.4:
            lines.append(f"{pad}  children:")
            lines += make_yaml(dice, [f"{group}c{dice.randrange(3)}"], depth + 2)
    return lines if depth else "\n".join(["all:", "  children:"] + ["    " + line for line in lines]) + "\n"


def make_beside(dice, folder, names):
    for group in names + ["all"]:
        if dice.random() > 0.3:
            continue
        if dice.random() < 0.5:
            beside = folder / "group_vars" / group
            beside.mkdir(parents=True)
            for name in dice.sample(["vars.yml", "vars.yml.bak", "README.md", "plain", "z.json", "old.yml~", ".hidden.yml", "x.yaml", "b.orig",
                                     "sub", "sub.d"], dice.randrange(1, 6)):
                if name.startswith("sub"):
                    (beside / name).mkdir()
                    (beside / name / "in.yml").write_text(f"v1: sub-{name}\n")
                elif name.endswith(".json"):
                    (beside / name).write_text('{"v2": "from json"}')
                elif name == "README.md":
                    (beside / name).write_text("Notes: [see wiki\n")
                else:
                    (beside / name).write_text(f"v1: from {name}\nf_{len(name)}: 1\n")
        else:
            (folder / "group_vars").mkdir(exist_ok=True)
            for ending in dice.sample(["", ".yml", ".yaml", ".json", ".bak"], dice.randrange(1, 3)):
                text = '{"v1": "json"}' if ending == ".json" else f"v1: of {group}{ending}\nv7: 7\n"
                (folder / "group_vars" / (group + ending)).write_text(text)


def make(directory, seed, count):
    for number in range(count):
        dice = random.Random(f"{seed}/{number}")
        folder = directory / f"{number:04d}"
        folder.mkdir()
        names = dice.sample(["web", "db", "prod", "app", "zone_a", "edge"], dice.randrange(1, 5))
        if number % 2:
            (folder / "hosts.yml").write_text(make_yaml(dice, names))
        else:
            (folder / "hosts.ini").write_text(make_ini(dice, names))
        make_beside(dice, folder, names)


# ---- Asked of Ansible

def theirs(folders):
    os.environ.update(ANSIBLE_INVENTORY_ENABLED="yaml,ini", ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED="1", ANSIBLE_DEPRECATION_WARNINGS="0",
                      ANSIBLE_LOCALHOST_WARNING="0", ANSIBLE_LOCAL_TEMP=str(folders[0].parent / "ansible"), HOME=str(folders[0].parent))
    from ansible.errors import AnsibleError
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.dataloader import DataLoader
    from ansible.utils.display import Display
    from ansible.vars.manager import VariableManager
    Display().warning = Display().display = lambda *words, **names: None
    for folder in folders:
        loader = DataLoader()
        loader.set_basedir(str(folder))
        try:
            inventory = InventoryManager(loader, sources=[str(source(folder))])
        except AnsibleError:
            yield folder.name, None
            continue
        variables = VariableManager(loader=loader, inventory=inventory)
        hosts = {}
        for host in inventory.get_hosts():
            found = variables.get_vars(host=host, include_hostvars=False)
            found = {name: value for name, value in found.items() if not name.startswith(("inventory_", "group_names", "omit", "playbook_dir"))}
            for name in ["ansible_facts", "ansible_version", "ansible_playbook_python", "ansible_config_file", "groups", "environment"]:
                found.pop(name, None)
            hosts[host.name] = {"groups": sorted(group.name for group in host.get_groups()), "vars": found}
        yield folder.name, hosts


def source(folder):
    return next(path for path in [folder / "hosts.ini", folder / "hosts.yml"] if path.exists())


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def number(value):
    try:
        return float(ast.literal_eval(value)) if isinstance(value, str) else float(value)
    except (ValueError, SyntaxError, TypeError):
        return None


# What differs on purpose: our text, Ansible's value, and whether the file is INI.
MEANT = {
    "a number stays as it is written": lambda ours, value, ini:
        not isinstance(value, (bool, str)) and number(value) is not None and number(ours) == number(value),
    "YAML 1.1's octal, hexadecimal and sexagesimal numbers stay as they are written": lambda ours, value, ini:
        not ini and (ours, value) in [("0644", 420), ("0x1F", 31), ("12:30:45", 45045)],
    "None in INI stays text": lambda ours, value, ini: ini and (ours, value) == ("None", None),
    "a date stays as it is written": lambda ours, value, ini: not ini and ours == str(value),
    "a list is a list": lambda ours, value, ini: isinstance(value, list) and ours == "\n".join(text(item) for item in value),
    "a # without a space before it is text on a host line": lambda ours, value, ini: ini and ours == "a#b" and value in ["a", "a#b"],
}


def differences(name, ours, ansible, ini):
    if (ours is None) != (ansible is None):
        yield f"{name}: {'refused here, read by Ansible' if ours is None else 'read here, refused by Ansible'}"
        return
    if ours is None:
        return
    if sorted(ours) != sorted(ansible):
        yield f"{name}: hosts {sorted(ours)} here, {sorted(ansible)} there"
        return
    for host, wanted in ansible.items():
        found = ours[host]
        if sorted(found["groups"]) != wanted["groups"]:
            yield f"{name}: {host}: groups {sorted(found['groups'])} here, {wanted['groups']} there"
        for variable in sorted(set(found["vars"]) | set(wanted["vars"])):
            if variable not in found["vars"] or variable not in wanted["vars"]:
                where = "here" if variable in found["vars"] else "there"
                yield f"{name}: {host}: {variable} only {where}"
                continue
            here, there = found["vars"][variable], wanted["vars"][variable]
            if here != text(there) and not any(meant(here, there, ini) for meant in MEANT.values()):
                yield f"{name}: {host}: {variable} is {here!r} here, {there!r} there"
        variables = wanted["vars"]
        reached = [variables.get("ansible_user"), int(variables.get("ansible_port", 22)), variables.get("ansible_host", host)]
        if found["reached"] != reached:
            yield f"{name}: {host}: reached as {found['reached']} here, {reached} there"


def compare(directory):
    ours = json.loads((directory / "ours.json").read_text())
    folders = sorted(folder for folder in directory.iterdir() if folder.name in ours)
    hosts = variables = refused = 0
    for name, ansible in theirs(folders):
        for difference in differences(name, ours[name], ansible, source(directory / name).suffix == ".ini"):
            print(difference)
        refused += ansible is None
        hosts += len(ansible or {})
        variables += sum(len(host["vars"]) for host in (ansible or {}).values())
    print(f"compared {len(folders)} inventories, {refused} of them refused, {hosts} hosts, {variables} variables")


def programs(directory, count):
    for folder in sorted(folder for folder in directory.iterdir() if folder.is_dir())[:count]:
        done = subprocess.run(["/usr/bin/ansible-inventory", "-i", source(folder), "--list"], capture_output=True, text=True, check=False,
                              env={"PATH": "/usr/bin:/bin", "HOME": str(directory), "LC_ALL": "C.UTF-8",
                                   "ANSIBLE_INVENTORY_ENABLED": "yaml,ini", "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"})
        if done.returncode == 0:
            (folder / "listed.json").write_text(done.stdout)


# ---- Asked of OpenSSH

def make_ssh(dice):
    hosts = [f"host{number}" for number in range(4)]
    lines = []
    for _ in range(dice.randrange(2, 6)):
        names = dice.sample(hosts, dice.randrange(1, 3)) if dice.random() < 0.6 else dice.sample(["host*", "host?", "*", "!host1 host*"], 1)
        lines.append(dice.choice(["Host ", "Host=", "host\t"]) + " ".join(names))
        for keyword, values in [("HostName", ["10.0.0.1", "%h.example.com"]), ("User", ["ops", "root"]), ("Port", ["2222", "22"]),
                                ("IdentityFile", ["/keys/a", "/keys/b", '"/keys/with space"']), ("ProxyJump", ["none", "gate", "ops@gate:2200"])]:
            if dice.random() < 0.4:
                lines.append("  " + keyword + dice.choice([" ", "=", " = "]) + dice.choice(values))
    return "\n".join(lines + ["Host host0 host1 host2 host3 gate"]) + "\n", hosts


def asked(config, *words):
    """The pairs of keyword and value that `ssh -G` prints."""
    said = subprocess.run(["/usr/bin/ssh", "-G", "-F", config, *words], capture_output=True, text=True, check=True).stdout
    return [line.split(" ", 1) for line in said.splitlines()]


def reached(config, jump):
    """How the configuration reaches a jump host, as `user@address:port`, whatever the jump says of user and port; None = there is none."""
    if jump is None:
        return None
    host = jump.rpartition("@")[2].partition(":")[0]
    pairs = dict(pair for pair in asked(config, "-J", "none", host) if len(pair) == 2)
    return f"{pairs['user']}@{pairs['hostname']}:{pairs['port']}"


def ssh(directory, seed, count):
    for case in range(count):
        dice = random.Random(f"{seed}/ssh/{case}")
        content, hosts = make_ssh(dice)
        path = directory / f"ssh-{case:03d}"
        path.mkdir()
        (path / "config").write_text(content)
        answers, hops = {}, {}
        for host in hosts:
            pairs = asked(path / "config", host)
            keys = [value for name, value in pairs if name == "identityfile" and not value.startswith("~")]
            single = dict(pair for pair in pairs if len(pair) == 2)
            answers[host] = {"user": single["user"], "port": int(single["port"]), "address": single["hostname"], "keys": keys,
                             "jump": reached(path / "config", single.get("proxyjump"))}
            hops[host] = single.get("proxyjump", "")
        (path / "answers.json").write_text(json.dumps(answers))
        (path / "hops.json").write_text(json.dumps(hops))


def main():
    action, directory, *numbers = sys.argv[1:]
    {"make": make, "compare": compare, "programs": programs, "ssh": ssh}[action](pathlib.Path(directory), *map(int, numbers))


if __name__ == "__main__":
    main()
