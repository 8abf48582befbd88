#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What Vixie's cron says of cron expressions made by chance: cron_reference.py SEED FIRST COUNT

Prints a line for each: the expression, the instant before, and the ten starts that follow, in seconds of UTC; between tabs.

The rule is that of crontab(5) and of Vixie's entry.c and cron.c: a field that begins with a star is marked, whatever follows it.
Where one of the two days is marked, both must match; where neither is, either is enough. Other readers of cron expressions, such as
croniter, ask instead whether a field means all days, and differ for `1-31` and `*/2`.
"""

import datetime as dt
import random
import sys

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = "sun mon tue wed thu fri sat".split()


# --- Vixie's rule ---

def numbers(text, low, high, names):
    """The numbers of a field, each a bit of its own."""
    def value(word):
        return names.index(word) + low if word in names else int(word)

    found = set()
    for item in text.split(","):
        span, _, step = item.partition("/")
        begin, _, end = (str(low), "-", str(high)) if span == "*" else span.partition("-")
        found |= set(range(value(begin), value(end or begin) + 1, int(step or 1)))
    return found


def starts(text, after):
    minute, hour, day, month, weekday = text.split()
    minutes, hours = numbers(minute, 0, 59, []), numbers(hour, 0, 23, [])
    days, months = numbers(day, 1, 31, []), numbers(month, 1, 12, MONTHS)
    weekdays = {number % 7 for number in numbers(weekday, 0, 7, WEEKDAYS)}
    is_marked = day[0] == "*" or weekday[0] == "*"
    date = after.date()
    while True:
        matches = [date.day in days, date.isoweekday() % 7 in weekdays]
        if date.month in months and (all(matches) if is_marked else any(matches)):
            for at in sorted((h, m) for h in hours for m in minutes):
                moment = dt.datetime.combine(date, dt.time(*at), dt.timezone.utc)
                if moment > after:
                    yield moment
        date += dt.timedelta(days=1)


# --- chance ---

def number(dice, low, high, names=None):
    value = dice.randint(low, high)
    return names[value - low] if names and dice.random() < 0.3 else str(value)


def part(dice, low, high, names=None):
    kind = dice.random()
    if kind < 0.5:
        return number(dice, low, high, names)
    begin = dice.randint(low, high)
    end = dice.randint(begin, high)
    if kind < 0.75:
        return f"{begin}-{end}" if begin < end else str(begin)
    return f"{begin}-{end}/{dice.randint(1, 7)}" if begin < end else str(begin)


def field(dice, low, high, star, names=None):
    kind = dice.random()
    if kind < star:
        return "*"
    if kind < star + 0.15 and high > 12:
        return f"*/{dice.randint(2, 20)}"
    return ",".join(part(dice, low, high, names) for _ in range(dice.choice([1, 1, 1, 2, 3])))


def expression(dice):
    days = dice.choice(["*", "1-31", "*/2", "*,13", *[",".join(part(dice, 1, 28) for _ in range(dice.randint(1, 3)))] * 4])
    weekdays = dice.choice(["*", "0-6", "*/2", *[",".join(part(dice, 0, 6, WEEKDAYS) for _ in range(dice.randint(1, 2)))] * 4])
    return " ".join([field(dice, 0, 59, 0.2), field(dice, 0, 23, 0.3), days, field(dice, 1, 12, 0.7, MONTHS), weekdays])


def main(seed, first, count):
    dice = random.Random(f"{seed} {first}")
    for _ in range(count):
        text = expression(dice)
        before = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=dice.randint(0, 3 * 365 * 86400))
        found = starts(text, before)
        print(text, int(before.timestamp()), *(int(next(found).timestamp()) for _ in range(10)), sep="\t")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
