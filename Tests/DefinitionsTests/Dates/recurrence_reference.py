#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What python-dateutil says of recurrence rules made by chance: recurrence_reference.py SEED COUNT

Prints a line for each: the first day, the rule, and the days that follow, at most 30 and within 12 years; between tabs. The first
day is always one that the rule means: RFC 5545 does not say what a rule comes to otherwise.
"""

import datetime as dt
import itertools
import random
import sys

from dateutil.rrule import rrulestr

WEEKDAYS = "MO TU WE TH FR SA SU".split()


def some(dice, low, high, most=3, signed=False):
    numbers = {dice.randint(low, high) * (dice.choice([1, 1, -1]) if signed else 1) for _ in range(dice.randint(1, most))}
    return ",".join(map(str, sorted(numbers)))


def weekdays(dice, high):
    found = []
    for day in dice.sample(WEEKDAYS, dice.choice([1, 1, 2, 5])):
        number = str(dice.choice([1, 2, 3, 4, -1, -2, high])) if high and dice.random() < 0.6 else ""
        found.append(number + day)
    return ",".join(found)


def rule(dice):
    frequency = dice.choice(["YEARLY", "YEARLY", "YEARLY", "MONTHLY", "MONTHLY", "WEEKLY", "DAILY"])
    parts = ["FREQ=" + frequency]
    if dice.random() < 0.3:
        parts.append(f"INTERVAL={dice.randint(1, 5)}")
    has_months = dice.random() < 0.5
    if has_months:
        parts.append("BYMONTH=" + some(dice, 1, 12))
    high = {"YEARLY": 5 if has_months else 40, "MONTHLY": 5}.get(frequency, 0)
    if dice.random() < 0.6:
        parts.append("BYDAY=" + weekdays(dice, high))
    if frequency != "WEEKLY" and dice.random() < 0.3:
        parts.append("BYMONTHDAY=" + some(dice, 1, 31, 6, signed=True))
    if frequency == "YEARLY" and dice.random() < 0.1:
        parts.append("BYYEARDAY=" + some(dice, 1, 366, 6, signed=True))
    if any(part.startswith("BY") for part in parts) and dice.random() < 0.25:
        parts.append("BYSETPOS=" + some(dice, 1, 4, 2, signed=True))
    if dice.random() < 0.3:
        parts.append("WKST=" + dice.choice(WEEKDAYS))
    if dice.random() < 0.3:
        parts.append(f"COUNT={dice.randint(1, 20)}")
    elif dice.random() < 0.3:
        parts.append(f"UNTIL={dice.randint(2028, 2040)}0615")
    return ";".join(parts)


def days(text, start, most):
    """At most so many days; dateutil would search through the year 9999, so that each rule gets an end, and is counted here."""
    parts = dict(part.split("=") for part in text.split(";"))
    most = min(most, int(parts.pop("COUNT", most)))
    parts.setdefault("UNTIL", f"{start.year + 12}0101")
    return list(itertools.islice(rrulestr(";".join(map("=".join, parts.items())), dtstart=start), most))


def main(seed, count):
    dice = random.Random(seed)
    made = 0
    while made < count:
        text = rule(dice)
        start = dt.datetime(2020, 1, 1) + dt.timedelta(days=dice.randint(0, 3000))
        first = days(text, start, 1)
        if not first:
            continue
        found = days(text, first[0], 30)
        if found[:1] != first:
            continue
        print(f"{first[0]:%Y%m%d}", text, *(f"{day:%Y-%m-%d}" for day in found), sep="\t")
        made += 1


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
