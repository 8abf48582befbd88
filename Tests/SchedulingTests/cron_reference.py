#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What croniter says of cron expressions made by chance: cron_reference.py SEED FIRST COUNT

Prints a line for each: the expression, the instant before, and the ten starts that follow, in seconds of UTC; between tabs.
"""

import datetime as dt
import random
import sys

from croniter import croniter

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS = "sun mon tue wed thu fri sat".split()


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
    # A star with a step beside the other day is read in two ways, so the days have none.
    days = dice.choice(["*", "*", ",".join(part(dice, 1, 28) for _ in range(dice.randint(1, 3)))])
    weekdays = dice.choice(["*", "*", ",".join(part(dice, 0, 6, WEEKDAYS) for _ in range(dice.randint(1, 2)))])
    return " ".join([field(dice, 0, 59, 0.2), field(dice, 0, 23, 0.3), days, field(dice, 1, 12, 0.7, MONTHS), weekdays])


def main(seed, first, count):
    dice = random.Random(f"{seed} {first}")
    for _ in range(count):
        text = expression(dice)
        before = dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc) + dt.timedelta(seconds=dice.randint(0, 3 * 365 * 86400))
        clock = croniter(text, before)
        starts = [int(clock.get_next(float)) for _ in range(10)]
        print(text, int(before.timestamp()), *starts, sep="\t")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
