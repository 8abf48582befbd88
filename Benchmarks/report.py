#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes RESULTS.md from the raw figures: report.py results.jsonl RESULTS.md

Of each section, the newest run counts; a section without raw figures stays as it is in RESULTS.md. A ratio is the median
of the ratios within one round, because what runs in one round meets the same machine in the same mood.
"""

import json
import pathlib
import statistics
import sys

BARE = "bare-libssh -t targets-1000 -u USER -k key -K host_key.pub"
RUN = "firstline run os.bench.{} --on all --parallel 512 -o json"


class Figures:
    """The figures of one section's newest run: of each thing measured, one row a round."""

    def __init__(self, rows):
        newest = max(row["run"] for row in rows)
        rows = [row for row in rows if row["run"] == newest]
        self.date = newest
        machines = [row for row in rows if row["what"] == "machine"]
        self.machine = machines[0] if machines else {}
        self.busy = max((row["busy"] for row in machines), default=0)
        self.rows = {}
        for row in rows:
            if row["what"] != "machine":
                self.rows.setdefault(row["what"], []).append(row)

    def values(self, what, value):
        value = value if callable(value) else (lambda row, key=value: row[key])
        return {row["round"]: value(row) for row in self.rows.get(what, [])}

    def median(self, what, value="wall_s"):
        values = self.values(what, value).values()
        return statistics.median(values) if values else None

    def ratio(self, what, to, value="wall_s"):
        above, below = self.values(what, value), self.values(to, value)
        both = above.keys() & below.keys()
        return statistics.median(above[r] / below[r] for r in both) if both else None

    def spread(self, what, digits, value="wall_s", scale=1):
        values = [v * scale for v in self.values(what, value).values()]
        return f"{statistics.median(values):.{digits}f} | {min(values):.{digits}f}–{max(values):.{digits}f}"


def cpu_ms(row):
    return (row["user_s"] + row["sys_s"]) * 1000 / row["hosts"]


def verdict(figure, limit, digits=2, most=True):
    """A target that was reached, or not, or cannot be judged because Firstline was not measured."""
    if figure is None:
        return "not measured"
    return f"{figure:.{digits}f}: {'met' if (figure <= limit if most else figure >= limit) else '**missed**'}"


def number(value, digits=2):
    return "–" if value is None else f"{value:.{digits}f}"


def fanout(f):
    things = [
        ("bare", "bare libssh loop", None, BARE + " true"),
        ("firstline-check", "Firstline, a check", ("firstline-check", "bare", 1.15), RUN.format("true")),
        ("firstline-change", "Firstline, a change", ("firstline-change", "bare", 1.5), RUN.format("change")),
        ("parallel-ssh", "parallel-ssh", ("firstline-check", "parallel-ssh", 0.75), "fanout/parallel_ssh.py"),
        ("clush", "clush", ("firstline-check", "clush", 0.25), "clush -S -f 64 true"),
        ("ansible", "Ansible", ("firstline-check", "ansible", 0.15), "ansible all -m raw -a true (forks 50)"),
    ]
    yield "| what | median s | min–max | × bare | target | CPU ms a host | peak MB | command |"
    yield "|---|---|---|---|---|---|---|---|"
    for what, name, target, command in things:
        if what not in f.rows:
            yield f"| {name} | not measured | | | | | | `{command}` |"
            continue
        how = f.rows[what][0].get("how")
        said = ""
        if target:
            above, below, limit = target
            said = f"Firstline ≤ {limit} × {'bare' if below == 'bare' else 'this'}; {verdict(f.ratio(above, below), limit)}"
        yield (f"| {name}{f' ({how})' if how else ''} | {f.spread(what, 2)} | {number(f.ratio(what, 'bare'))} | {said} "
               f"| {f.median(what, cpu_ms):.2f} | {f.median(what, 'max_rss_kb') / 1024:.0f} | `{command}` |")
    yield ""
    yield f"- CPU of the controller ≤ 4 ms a host; {verdict(f.median('firstline-check', cpu_ms), 4)}"
    yield (f"- memory with 1,000 sessions ≤ 150 MB; "
           f"{verdict(f.median('firstline-check', lambda row: row['max_rss_kb'] / 1024), 150, 0)}")
    hosts = next(iter(f.rows.values()))[0]["hosts"]
    yield f"- {hosts} hosts. Peak memory is that of the largest process, of which clush and Ansible have dozens at once."


def reuse(f):
    yield "| what | median s | min–max | × bare | commands/s | command |"
    yield "|---|---|---|---|---|---|"
    for what, to, runs, name, command in [
        ("bare-1", "bare-1", 1, "bare libssh loop, 1 command", BARE + " true"),
        ("bare-10", "bare-10", 10, "bare libssh loop, 10 commands", BARE + " -m 10 true"),
        ("firstline-1", "bare-1", 1, "Firstline, 1 step", RUN.format("true")),
        ("firstline-10", "bare-10", 10, "Firstline, 10 steps", RUN.format("ten")),
    ]:
        if what not in f.rows:
            yield f"| {name} | not measured | | | | `{command}` |"
            continue
        speed = f.median(what, lambda row: row["hosts"] * runs / row["wall_s"])
        yield f"| {name} | {f.spread(what, 2)} | {number(f.ratio(what, to))} | {speed:.0f} | `{command}` |"
    yield ""
    yield f"- {next(iter(f.rows.values()))[0]['hosts']} hosts"
    for who in ("bare", "firstline"):
        one, ten = f.values(f"{who}-1", "wall_s"), f.values(f"{who}-10", "wall_s")
        hosts = f.median(f"{who}-1", "hosts")
        both = [r for r in one.keys() & ten.keys() if ten[r] > one[r]]
        rate = statistics.median(9 * hosts / (ten[r] - one[r]) for r in both) if both else None
        if who == "bare":
            yield f"- the nine further commands on an open connection, bare loop: {number(rate, 0)} a second"
        else:
            yield f"- Firstline ≥ 500 a second; {verdict(rate, 500, 0, most=False)}"


def hung(f):
    what = "firstline-hung"
    yield "| the healthy hosts | median s | min–max | target | command |"
    yield "|---|---|---|---|---|"
    ratio = statistics.median(row["among_sick_s"] / row["alone_s"] for row in f.rows[what])
    yield f"| by themselves | {f.spread(what, 2, 'alone_s')} | | `{RUN.format('sick')}` |"
    yield (f"| among the sick | {f.spread(what, 2, 'among_sick_s')} | ≤ 1.2 × by themselves; {verdict(ratio, 1.2)} "
           f"| `{RUN.format('sick')}` |")
    yield ""
    row = f.rows[what][0]
    yield (f"- {row['hosts']} hosts, {row['sick']} of them sick (seed {row['seed']}): 5 % never speak, told after at most "
           f"{f.median(what, 'mute_told_s'):.1f} s; 2 % stop in the middle of the step, {f.median(what, 'stop_told_s'):.1f} s; "
           f"1 % send a byte a second, {f.median(what, 'drip_told_s'):.1f} s. Each had its exact reason, or there would be no figure.")


def reattach(f):
    what = "firstline-reattach"
    yield "| what | median s | min–max | target | command |"
    yield "|---|---|---|---|---|"
    if what not in f.rows:
        return
    seconds = f.median(what, "reattach_s")
    yield (f"| a new controller has kept the outcome of all | {f.spread(what, 1, 'reattach_s')} | ≤ 20; {verdict(seconds, 20)} "
           "| `firstline run follow last` |")
    yield ""
    yield (f"- {f.rows[what][0]['hosts']} changes ran when their controller was killed, and were told to stop then. Each was begun "
           "once, and its log is byte for byte what it wrote into a file of its own, or there would be no figure.")


def trouble(f):
    yield "| what | median s | min–max | target |"
    yield "|---|---|---|---|"
    for what, key, limit, words in [
        ("store", "back_s", 10, "the controller's disk was full while changes ended: space again until all is kept, same process"),
        ("spool", "back_s", 10, "the hosts' disk was full while changes wrote: space again until the next run succeeds"),
        ("flush", "stopped_s", 1, "flushes of the store fail: a program's end until the controller has ended"),
        ("kill", "gone_s", 5, "a change that will not end: `run kill` until nothing of it is left, beyond the grace"),
    ]:
        if f"trouble-{what}" in f.rows:
            seconds = f.median(f"trouble-{what}", key)
            yield f"| {words} | {f.spread(f'trouble-{what}', 2, key)} | ≤ {limit}; {verdict(seconds, limit)} |"
    yield ""
    yield ("- 20 hosts; the disks have 64 MB. Nothing was told to have succeeded that had not, and each log is byte for byte what the "
           "program wrote, or is said to be cut, or there would be no figure.")


def flood(f):
    yield "| what | median s | min–max | × ssh | MB a second | peak MB |"
    yield "|---|---|---|---|---|---|"
    if "flood-firstline" not in f.rows:
        return
    size = f.median("flood-firstline", "bytes")
    for what, name in [("flood-ssh", "ssh, output thrown away"), ("flood-firstline", "Firstline, head and tail kept")]:
        yield (f"| {name} | {f.spread(what, 1)} | {number(f.ratio(what, 'flood-ssh'))} "
               f"| {f.median(what, lambda row: size / row['wall_s'] / 1e6):.0f} | {f.median(what, 'max_rss_kb') / 1024:.0f} |")
    yield ""
    yield (f"- {size / 1e9:.2f} GB in ten million lines, with terminal escapes and bytes that are no text. The store then holds "
           f"{f.median('flood-firstline', 'store_kb') / 1024:.1f} MB; the other hosts were done after "
           f"{f.median('flood-firstline', 'others_s'):.1f} s.")


def flow(f):
    """One line for each size the benchmark of the flow engine prints; it measures no host, so there is no bare loop."""
    sizes = sorted({row["steps"] for rows in f.rows.values() for row in rows})
    yield "| steps | median s | min–max | steps/s | target | command |"
    yield "|---|---|---|---|---|---|"
    for size in sizes:
        rows = [row for row in f.rows["firstline-flowbench"] if row["steps"] == size]
        walls = [row["wall_s"] for row in rows]
        speed = statistics.median(size / wall for wall in walls)
        yield (f"| {size} | {statistics.median(walls):.3f} | {min(walls):.3f}–{max(walls):.3f} | {speed:.0f} "
               f"| ≥ 20000; {verdict(speed, 20000, 0, most=False)} | `firstline-flowbench` |")
    commits = [row["commit_ms"] for rows in f.rows.values() for row in rows if "commit_ms" in row]
    if commits:
        yield ""
        yield (f"- The floor: one durable commit of this store takes {statistics.median(commits):.2f} ms here, and a run of 100 steps "
               f"in a chain of ten needs several of them.")


def schedule(f):
    yield "| what | median s | min–max | peak MB | target |"
    yield "|---|---|---|---|---|"
    for what, limit, words in [
        ("read", None, "read and check 100,000 schedules"),
        ("next", 2, "when each of them starts next"),
        ("year", 5, "a year of 1,000 schedules"),
        ("rehearse", 10, "the largest rehearsal that is not refused"),
    ]:
        if f"schedule-{what}" not in f.rows:
            continue
        said = f"≤ {limit} s; {verdict(f.median(f'schedule-{what}'), limit)}" if limit else ""
        if what in ("next", "rehearse"):
            memory = f.median(f"schedule-{what}", lambda row: row["max_rss_kb"] / 1024)
            said += f"; ≤ 300 MB; {verdict(memory, 300, 0)}"
        yield (f"| {words} | {f.spread(f'schedule-{what}', 2)} | {f.median(f'schedule-{what}', 'max_rss_kb') / 1024:.0f} | {said} |")
    if "schedule-year" in f.rows:
        yield ""
        yield f"- The year has {f.rows['schedule-year'][0]['starts']} starts, which are then in memory at once."
    if "schedule-rehearse" in f.rows:
        yield f"- The rehearsal has {f.rows['schedule-rehearse'][0]['starts']} starts, each compared with twenty others."


def scale(f):
    yield "| what | 1,000 targets: µs each | 10,000 | 100,000 | 100,000 beside 1,000 | target |"
    yield "|---|---|---|---|---|---|"
    for key, words in [
        ("plan_us", "plan a change of three steps"),
        ("batch_us", "plan it in batches, of 1 target, 1 and 10"),
        ("accept_us", "accept a run of it, each of two that want the same"),
        ("rework_us", "rework one in which every target failed"),
    ]:
        each = [f"{f.median(f'scale-{count}', key):.1f}" for count in (1000, 10000, 100000)]
        ratio = f.ratio("scale-100000", "scale-1000", key)
        yield f"| {words} | {' | '.join(each)} | {ratio:.2f} | ≤ 2; {verdict(ratio, 2)} |"


def server(f):
    yield "| what | unit | median | min–max | target |"
    yield "|---|---|---|---|---|"
    for key, unit, limit, words in [
        ("ready_ms", "ms", 300, "start of the process until its socket answers"),
        ("idle_mb", "MB", 80, "memory when it has nothing to do"),
        ("late_p50_ms", "ms", None, "1,000 starts of one instant: half of them are runs that are kept after"),
        ("late_p99_ms", "ms", 1000, "99 in 100 of them after"),
        ("late_max_ms", "ms", None, "the last after"),
        ("busy_mb", "MB", None, "memory with those 1,000 schedules"),
    ]:
        said = f"≤ {limit} {unit}; {verdict(f.median('firstline-server', key), limit, 0)}" if limit else ""
        yield f"| {words} | {unit} | {f.spread('firstline-server', 0, key)} | {said} |"


def purge(f):
    yield "| what | median s | min–max | beside the floor | target |"
    yield "|---|---|---|---|---|"
    steps = f.median("firstline-purge", "day_steps")
    for key, words in [
        ("floor_s", f"the floor: {steps:,.0f} steps of a day deleted by one SQL transaction"),
        ("day_s", "`firstline store purge`, the oldest day"),
        ("rest_s", "the same, each of the 28 days after it"),
    ]:
        ratio = said = ""
        if key != "floor_s":
            ratio = f"{f.median('firstline-purge', lambda row, key=key: row[key] / row['floor_s']):.2f}"
            said = f"≤ 1 s; {verdict(f.median('firstline-purge', key), 1)}"
        yield f"| {words} | {f.spread('firstline-purge', 2, key)} | {ratio} | {said} |"
    before, after = f.median("firstline-purge", "before_mb"), f.median("firstline-purge", "after_mb")
    yield ""
    yield f"- The store's file had {before:,.0f} MB before, and {after:,.0f} MB when one day of thirty was left."


def daemons(f):
    yield "| servers | what | median s | min–max | beside the floor | target |"
    yield "|---|---|---|---|---|---|"
    for listeners in (8, 1):
        floor = f"bare-of-{listeners}"
        for what, name in [
            (floor, "the floor"), (f"firstline-512-of-{listeners}", "Firstline, 512 lanes"),
            (f"firstline-2000-of-{listeners}", "Firstline, 2,000 lanes"),
        ]:
            if what not in f.rows:
                continue
            ratio = said = ""
            if what != floor and floor in f.rows:
                beside = f.ratio(what, floor)
                ratio, said = f"{beside:.2f}", f"≤ 1.15; {verdict(beside, 1.15)}"
            yield f"| {listeners} | {name} | {f.spread(what, 1)} | {ratio} | {said} |"


def startup(f):
    yield "| what | median ms | min–max | target | command |"
    yield "|---|---|---|---|---|"
    for what, name, target, command in [
        ("process", "a process that does nothing", "", "/bin/true"),
        ("firstline-version", "Firstline says its version", 20, "firstline --version"),
    ]:
        if what in f.rows:
            said = f"≤ {target}; {verdict(f.median(what) * 1000, target, 1)}" if target else ""
            yield f"| {name} | {f.spread(what, 1, scale=1000)} | {said} | `{command}`, 20 times a round |"


SECTIONS = {
    "fanout": ("One command on many hosts", fanout),
    "daemons": ("All hosts behind one server", daemons),
    "reuse": ("Ten commands on each connection", reuse),
    "hung": ("Hosts that hang", hung),
    "reattach": ("A controller that was killed", reattach),
    "trouble": ("Trouble", trouble),
    "flood": ("A host that floods", flood),
    "flow": ("The flow engine, without hosts", flow),
    "schedule": ("Schedules", schedule),
    "scale": ("Many targets", scale),
    "server": ("The server", server),
    "purge": ("Old runs that are forgotten", purge),
    "startup": ("Start of the program", startup),
}


def section(name, rows):
    f = Figures(rows)
    title, table = SECTIONS[name]
    m = f.machine
    yield f"## {title}"
    yield ""
    rounds = len({row["round"] for rows in f.rows.values() for row in rows})
    yield (f"`Benchmarks/run {name}`, {f.date}, commit {m.get('commit', 'unknown')}, {rounds} round{'s' * (rounds > 1)}. "
           f"{m.get('cores')} cores ({m.get('cpu')}), {m.get('memory_gb')} GB, {m.get('kernel')}; {m.get('sshd')}, "
           f"libssh {m.get('libssh')}{', ' + m['others'] if m.get('others') else ''}.")
    if f.busy > 5:
        yield f"**Provisional**: other programs used up to {f.busy} % of the machine when a round began."
    yield ""
    yield from table(f)
    yield ""


def published(target):
    """The sections of an earlier report, each as it is there, by title."""
    path = pathlib.Path(target)
    parts = path.read_text().split("\n## ")[1:] if path.exists() else []
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}\n".split("\n") for part in parts}


def main(source, target):
    rows = [json.loads(line) for line in open(source)]
    before = published(target)
    lines = [
        "# Results",
        "",
        "Made by `Benchmarks/run`; do not edit. Clients and servers share one machine, so seconds tell about that machine: "
        "**the ratios matter**. What each figure means: [README](README.md).",
        "",
    ]
    for name in SECTIONS:
        mine = [row for row in rows if row["section"] == name]
        if any(row["what"] != "machine" for row in mine):
            lines += section(name, mine)
        else:
            lines += before.get(SECTIONS[name][0], [])
    pathlib.Path(target).write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
