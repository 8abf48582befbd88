#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A slow reference for schedules, which shares nothing with the product but the meaning: reference.py SEED FIRST COUNT

Makes COUNT schedules by chance, near the days on which clocks are put forward or back, in all zones of the time zone
database, and asks of every date by itself whether a rule means it. Prints cases as in Cases/, as JSON.
"""

import calendar
import datetime as dt
import functools
import json
import random
import sys
import zoneinfo

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZONES = sorted(name for name in zoneinfo.available_timezones() if name not in ("localtime", "Factory"))


# --- clocks ---

def shown(zone, moment):
    """What a clock in the zone shows at a moment of UTC, without zone."""
    return moment.replace(tzinfo=dt.timezone.utc).astimezone(zone).replace(tzinfo=None)


def moment(zone, local):
    """The first moment of UTC at which the clock shows a time, or the one at which it is put forward over it."""
    found = [local - zone.utcoffset(local.replace(fold=fold)) for fold in (0, 1)]
    exact = [m for m in found if shown(zone, m) == local]
    if exact:
        return min(exact)
    low, high = min(found) - DAY, max(found) + DAY
    while high - low > dt.timedelta(seconds=1):
        middle = low + dt.timedelta(seconds=(high - low) // dt.timedelta(seconds=1) // 2)
        low, high = (middle, high) if shown(zone, middle) < local else (low, middle)
    return high


# --- calendars: {"week": [...], "days": [["closed", pattern]], "baseTime": minutes, "baseDay": n, "monthName": ...} ---

def is_open(cal, day):
    known = cal["known"].get(day)
    if known is None:
        known = cal["known"][day] = ask(cal, day)
    return known


def ask(cal, day):
    answer = WEEKDAYS[day.weekday()] in cal["week"] if "week" in cal else True
    for kind, pattern in cal["days"]:
        if matches(pattern, day):
            answer = kind == "open"
    return answer


def matches(pattern, day):
    if ".." in pattern:
        begin, end = pattern.split("..")
        if len(begin) == 10:
            return begin <= day.isoformat() <= end
        now = day.isoformat()[5:]
        return begin <= now <= end if begin <= end else now >= begin or now <= end
    if len(pattern) == 10:
        return day.isoformat() == pattern
    if pattern[:3] in WEEKDAYS:
        words = pattern.split()
        if day.weekday() != WEEKDAYS.index(words[0]):
            return False
        if "of" in words and day.month != int(words[words.index("of") + 1]):
            return False
        if len(words) > 1 and words[1] == "last":
            return (day + 7 * DAY).month != day.month
        return len(words) == 1 or words[1] == "of" or (day.day + 6) // 7 == int(words[1])
    if "-" in pattern:
        return day.isoformat()[5:] == pattern
    return (day + DAY).day == 1 if pattern == "last" else day.day == int(pattern)


def is_kind(cal, day, kind):
    return kind == "day" or is_open(cal, day) == (kind == "open")


def length(year, month):
    return calendar.monthrange(year, month)[1]


def month_of(cal, day):
    """First and last day of the business month a day is in."""
    def begins(d):
        return d.day == min(cal["baseDay"], length(d.year, d.month))
    first, after = day, day + DAY
    while not begins(first):
        first -= DAY
    while not begins(after):
        after += DAY
    return first, after - DAY


# --- rules ---

def means(rule, cal, day):
    """Whether a rule without a cycle means a date."""
    words = rule["day"].split()
    last = length(day.year, day.month)
    if words[0] in ("last", "open", "closed", "day") and "of" in words:
        # A business month has the name of the month it begins in, or of the next.
        month = day.month
        if words[0] != "last" and words[:2] != ["day", "last"]:
            month = month_of(cal, day)[0].month
            if cal.get("monthName") == "end":
                month = month % 12 + 1
        if month != int(words[words.index("of") + 1]):
            return False
        words = words[: words.index("of")]
    if len(rule["day"]) == 10 and rule["day"][4] == "-":
        return rule["day"] == day.isoformat()
    if words[0] == "every":
        return is_kind(cal, day, words[1])
    if words[0] in WEEKDAYS:
        if "of" in words:
            if day.month != int(words[words.index("of") + 1]):
                return False
            words = words[: words.index("of")]
        if day.weekday() != WEEKDAYS.index(words[0]):
            return False
        is_last = day.day + 7 > last
        if len(words) == 1:
            return True
        number = (day.day + 6) // 7
        # A fifth one that is not there is the last.
        return is_last if words[1] == "last" else number == int(words[1]) or (is_last and number < int(words[1]))
    if words[0] == "last":
        back = int(words[1][1:]) if len(words) > 1 else 0
        return day.day == max(1, last - back)
    if words[0] in ("open", "closed", "day"):
        first, end = month_of(cal, day)
        if words[0] == "day" and words[1] == "last":
            back = int(words[2][1:]) if len(words) > 2 else 0
            return day.day == max(1, last - back)
        if not is_kind(cal, day, words[0]):
            return False
        days = [first + i * DAY for i in range((end - first).days + 1) if is_kind(cal, first + i * DAY, words[0])]
        if words[1] == "last":
            back = int(words[2][1:]) if len(words) > 2 else 0
            return day == days[max(0, len(days) - 1 - back)]
        return day == days[min(int(words[1]), len(days)) - 1]
    if "-" in rule["day"]:
        month, number = rule["day"].split("-")
        return day.month == int(month) and day.day == min(int(number), last)
    return day.day == min(int(rule["day"]), last)


def month_filtered(rule, cal, day):
    """The month from which a filter leads to a date, as a number; None where none does: each month near it, step by step."""
    for offset in range(-2, 3):
        index = day.year * 12 + day.month - 1 + offset
        if "cycle" in rule and (index - rule["cycle"][0]) % rule["cycle"][1]:
            continue
        if "cycle" in rule and index < rule["cycle"][0]:
            continue
        year, month = divmod(index, 12)
        month += 1
        base, shift = rule["filter"]["base"], rule["filter"]["shift"]
        begin, counted = dt.date(year, month, 1), False
        if base == "last":
            begin = dt.date(year, month, length(year, month))
        elif base != "first":
            if base <= length(year, month):
                begin = dt.date(year, month, base)
            else:
                begin = dt.date(year, month, length(year, month))
                begin, counted = (begin, True) if shift < 0 else (begin + DAY, True)
        if not counted and is_open(cal, begin):
            found = begin
        elif shift == 0:
            continue
        else:
            step = DAY if shift > 0 else -DAY
            at, left, walked = (begin if counted else begin + step), abs(shift), 0
            while walked < 30:
                left -= is_open(cal, at)
                if left == 0:
                    break
                at, walked = at + step, walked + 1
            if left:
                continue
            found = at
        if found == day:
            return index
    return None


def candidates(rule, cal, days):
    if "filter" in rule:
        if "every" in rule:
            # Counted from the month that gives the first day on or after the first day of validity.
            begin = dt.date.fromisoformat(rule["from"])
            for _ in range(366):
                first = month_filtered(rule, cal, begin)
                if first is not None:
                    break
                begin += DAY
            else:
                return []
            count, unit = rule["every"].split()
            rule = {**rule, "cycle": (first, int(count) * (12 if unit == "years" else 1))}
        return [d for d in days if month_filtered(rule, cal, d) is not None]
    if "every" not in rule:
        return [d for d in days if means(rule, cal, d)]
    count, unit = rule["every"].split()
    count, begin = int(count), dt.date.fromisoformat(rule["from"])
    if len(rule["day"]) == 10 and rule["day"][4] == "-":
        begin = dt.date.fromisoformat(rule["day"])
    elif not rule["day"].startswith("every"):
        for _ in range(366 * 8):
            if means(rule, cal, begin):
                break
            begin += DAY
        else:
            return []
    if unit in ("days", "weeks"):
        step = count * (7 if unit == "weeks" else 1)
        found = [d for d in days if d >= begin and (d - begin).days % step == 0]
        return [d for d in found if is_kind(cal, d, rule["day"].split()[1])] if rule["day"].startswith("every") else found
    step = count * (12 if unit == "years" else 1)

    def name(day):
        """The month by whose name a day's period goes: of the calendar, or of business months by where they begin."""
        if rule["day"].split()[0] in ("open", "closed", "day") and not rule["day"].startswith("day last"):
            return month_of(cal, day)[0]
        return day

    def between(day):
        first, now = name(begin), name(day)
        return (now.year - first.year) * 12 + now.month - first.month
    if len(rule["day"]) == 10 and rule["day"][4] == "-":
        return [d for d in days if between(d) >= 0 and between(d) % step == 0 and d.day == min(begin.day, length(d.year, d.month))]
    return [d for d in days if means(rule, cal, d) and between(d) >= 0 and between(d) % step == 0]


def walk(cal, day, count, step, limit):
    for _ in range(limit):
        day += step * DAY
        count -= is_open(cal, day)
        if count == 0:
            return day
    return None


def final_day(rule, cal, day):
    closed_wanted = rule.get("day", "").startswith(("closed", "every closed"))
    if not closed_wanted and not is_open(cal, day):
        how = rule.get("closed", "skip")
        if how == "skip":
            return None
        if how != "run":
            day = walk(cal, day, 1, -1 if how == "before" else 1, rule.get("within", 2))
            if day is None:
                return None
    if "shift" in rule:
        count, kind = rule["shift"].split()
        count, limit = int(count), rule.get("shiftWithin", 10)
        if kind == "days":
            return day + count * DAY if abs(count) <= limit else None
        return walk(cal, day, abs(count), 1 if count > 0 else -1, limit)
    return day


def minutes(text, rule, cal):
    value = int(text.lstrip("+").split(":")[0]) * 60 + int(text.split(":")[1])
    if text.startswith("+"):
        return value + cal["baseTime"]
    business = "filter" in rule or rule["day"].split()[0] in ("open", "closed") or rule["day"] in ("every open", "every closed")
    return value + 1440 if business and value < cal["baseTime"] else value


def business_day(cal, system, day, after_midnight):
    return day if system == "48h" else day + (after_midnight - cal["baseTime"]) // 1440 * DAY


def expected(case, cal, zone):
    begin, end = (dt.date.fromisoformat(case[key]) for key in ("from", "to"))
    first = moment(zone, dt.datetime.combine(begin, dt.time()))
    after = moment(zone, dt.datetime.combine(end + DAY, dt.time()))
    found = {}
    for number, rule in enumerate(case["rules"], 1):
        reach = 50
        days = [begin + i * DAY for i in range(-reach, (end - begin).days + reach)]
        for candidate in candidates(rule, cal, days):
            day = final_day(rule, cal, candidate)
            if day is None or rule.get("from", "") > day.isoformat() or rule.get("until", "9") < day.isoformat():
                continue
            midnight = dt.datetime.combine(day, dt.time())
            at = minutes(rule["at"], rule, cal)
            start = moment(zone, midnight + at * MINUTE)
            starts = [(start, business_day(cal, case["system"], day, at))]
            if "again" in rule:
                last = moment(zone, midnight + minutes(rule["again"]["until"], rule, cal) * MINUTE)
                step = dt.timedelta(minutes=int(rule["again"]["every"][:-1]))
                starts = []
                while start <= last:
                    clock = (shown(zone, start) - midnight) // MINUTE
                    starts.append((start, business_day(cal, case["system"], day, clock)))
                    start += step
            for start, date in starts:
                if first <= start < after:
                    found.setdefault(start, (number, date))
    return [f"{date} = {shown(zone, start).isoformat(' ', 'seconds').removesuffix(':00')} rule {number}"
            for start, (number, date) in sorted(found.items())]


# --- chance ---

@functools.cache
def changes(name, year):
    """The days of a year on which the zone's clocks are put forward or back."""
    zone = zoneinfo.ZoneInfo(name)
    noon = [dt.datetime(year, 1, 1, 12) + i * DAY for i in range(366)]
    return [b.date() for a, b in zip(noon, noon[1:]) if zone.utcoffset(a) != zone.utcoffset(b)]


def some_day(dice, near):
    return near + dice.randint(-20, 20) * DAY


def some_calendar(dice, near):
    cal = {"days": [], "baseTime": 0, "baseDay": 1, "known": {}}
    if dice.random() < 0.7:
        cal["week"] = WEEKDAYS[:5] if dice.random() < 0.6 else dice.sample(WEEKDAYS, dice.randint(1, 7))
    for _ in range(dice.randint(0, 4)):
        day = some_day(dice, near)
        cal["days"].append((dice.choice(["open", "closed", "closed"]), dice.choice([
            day.isoformat(), day.isoformat()[5:], f"{day}..{day + dice.randint(0, 9) * DAY}", "12-30..01-03", "last",
            str(dice.randint(1, 31)), dice.choice(WEEKDAYS), f"{dice.choice(WEEKDAYS)} {dice.randint(1, 5)}",
            f"{dice.choice(WEEKDAYS)} last of {dice.randint(1, 12)}"])))
    # One open day there must be.
    cal["days"].append(("open", "2190-01-01"))
    if dice.random() < 0.3:
        cal["baseDay"] = dice.randint(1, 31)
    return cal


def some_rule(dice, near, system):
    rule = {}
    if dice.random() < 0.12:
        rule["filter"] = {"base": dice.choice(["first", "last", dice.randint(1, 31)]), "shift": dice.randint(-7, 7)}
        if dice.random() < 0.4:
            rule["from"] = (near - dice.randint(0, 300) * DAY).isoformat()
            rule["every"] = f"{dice.randint(1, 5)} {dice.choice(['months', 'months', 'years'])}"
    else:
        weekday = dice.choice(WEEKDAYS)
        day = some_day(dice, near)
        rule["day"] = dice.choice([
            day.isoformat(), day.isoformat()[5:], str(dice.randint(1, 31)), "last", f"last -{dice.randint(1, 9)}",
            f"open {dice.randint(1, 25)}", f"closed {dice.randint(1, 12)}", f"day {dice.randint(1, 31)}", "open last",
            f"open last -{dice.randint(1, 9)}", "closed last", weekday, f"{weekday} {dice.randint(1, 5)}", f"{weekday} last",
            f"{weekday} {dice.randint(1, 5)} of {near.month}", f"{weekday} of {near.month}", "every day", "every open",
            "every closed", f"open {dice.randint(1, 25)} of {near.month}", f"closed last of {near.month}",
            f"day {dice.randint(1, 31)} of {near.month}", f"last -{dice.randint(1, 9)} of {near.month}"])
        if dice.random() < 0.3:
            rule["from"] = (near - dice.randint(0, 300) * DAY).isoformat()
            units = ["days", "weeks", "months", "years"]
            if rule["day"].startswith("every"):
                units = ["days"]
            elif rule["day"] in WEEKDAYS:
                units = ["days", "weeks"]
            rule["every"] = f"{dice.randint(1, 5)} {dice.choice(units)}"
    if dice.random() < 0.6:
        rule["closed"] = dice.choice(["before", "after", "skip", "run"])
    if dice.random() < 0.3:
        rule["within"] = dice.randint(1, 9)
    if dice.random() < 0.25:
        rule["shift"] = f"{dice.choice([-3, -2, -1, 1, 2, 3, 8]):+d} {dice.choice(['open', 'days'])}"
        if dice.random() < 0.4:
            rule["shiftWithin"] = dice.randint(1, 12)
    if dice.random() < 0.2:
        rule["until"] = some_day(dice, near).isoformat()
        if rule["until"] < rule.get("from", ""):
            del rule["until"]
    relative = "+" if dice.random() < 0.3 else ""
    # The hours at which clocks are put forward and back, more often than others.
    hour = dice.choice([0, 1, 2, 2, 3, 3, 23, dice.randint(0, 40), dice.randint(41, 92)])
    rule["at"] = f"{relative}{hour}:{dice.choice([0, 15, 30, 59]):02d}"
    if dice.random() < 0.2:
        rule["again"] = {"every": f"{dice.choice([7, 20, 60, 90])}m", "until": f"{relative}{hour + dice.randint(1, 7)}:59"}
    return rule


def some_case(dice, number):
    name = ZONES[number % len(ZONES)]
    year = dice.randint(1990, 2045)
    edges = changes(name, year)
    near = dice.choice(edges) if edges else dt.date(year, 1, 1) + dice.randint(0, 364) * DAY
    cal = some_calendar(dice, near)
    if dice.random() < 0.3:
        cal["monthName"] = dice.choice(["start", "end"])
    system = dice.choice(["24h", "48h"])
    if system == "24h" and dice.random() < 0.4:
        cal["baseTime"] = dice.choice([480, 540, 30, 1380])
    case = {
        "name": f"{number}", "zone": name, "calendar": f"c{number}", "system": system,
        "rules": [some_rule(dice, near, system) for _ in range(dice.choice([1, 1, 1, 2, 3]))],
        "from": (near - 4 * DAY).isoformat(), "to": (near + dice.randint(4, 12) * DAY).isoformat()}
    case["expect"] = expected(case, cal, zoneinfo.ZoneInfo(name))
    return case, cal


def main(seed, first, count):
    dice = random.Random(f"{seed} {first}")
    cases, calendars = [], {}
    for number in range(first, first + count):
        case, cal = some_case(dice, number)
        cases.append(case)
        base = cal["baseTime"]
        written = {"baseTime": f"{base // 60}:{base % 60:02d}", "baseDay": cal["baseDay"],
                   "days": [{kind: pattern} for kind, pattern in cal["days"]]}
        for key in ("week", "monthName"):
            if key in cal:
                written[key] = cal[key]
        calendars[case["calendar"]] = written
    json.dump({"calendars": calendars, "cases": cases}, sys.stdout)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
