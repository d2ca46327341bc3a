"""How right and how fast schedules are solved: `python -m benchmarks.apr`.

Against the examples of Appendix J, the rate a payment stream was made from, and a solver that shares no code.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.appendix_j import PUBLISHED, solved
from policies.apr import Advance, PaymentSeries, annual_percentage_rate, apr_of_level_loan

Schedule = tuple[list[Advance], list[PaymentSeries], float]


def main(schedules: int = 2_000, compared: int = 200) -> None:
    """Print the published examples, round trips, schedules a second and the largest disagreement."""
    chance = random.Random(20261125)
    _print_published()
    _print_round_trips(chance)
    for name, make in (("level mortgages", _level), ("irregular schedules", _irregular)):
        made = [make(chance) for _ in range(schedules)]
        began = time.perf_counter()
        solved = [annual_percentage_rate(*one) for one in made]
        seconds = time.perf_counter() - began
        worst = max(
            abs(apr - _independent(one)) for apr, one in zip(solved[:compared], made[:compared], strict=True)
        )
        print(
            f"{name}: {schedules / seconds:,.0f} a second; "
            f"largest disagreement with bisection payment by payment {worst:.1e} percentage points"
        )
    began = time.perf_counter()
    for _ in range(schedules):
        apr_of_level_loan(400_000, 6.125, 360, chance.uniform(0, 12_000))
    print(f"apr_of_level_loan: {schedules / (time.perf_counter() - began):,.0f} a second")


def _print_published() -> None:
    for example in PUBLISHED:
        amount, payments, percent = example[0], example[1], example[-1]
        found = solved(example)
        told = "agrees" if abs(found - percent) <= 0.005 else "DIFFERS"
        print(f"Appendix J (c): ${amount:,.0f}, {payments}: {found:.4f}, printed {percent:.2f}, {told}")


def _print_round_trips(chance: random.Random, loans: int = 10_000) -> None:
    """Payments figured from an APR must give that APR back, odd first periods included."""
    worst = 0.0
    for _ in range(loans):
        apr, months = chance.uniform(0.5, 18), chance.randint(12, 480)
        full, fraction, amount = chance.randint(1, 3), chance.randrange(30) / 30, chance.uniform(2e4, 3e6)
        rate = apr / 1200
        grown = amount * (1 + rate) ** (full - 1) * (1 + fraction * rate)
        series = PaymentSeries(grown * rate / (1 - (1 + rate) ** -months), months, full, fraction)
        worst = max(worst, abs(annual_percentage_rate([Advance(amount)], [series], 12) - apr))
    print(f"{loans:,} random loans, APR to payments to APR: largest error {worst:.1e} percentage points")


def _level(chance: random.Random) -> Schedule:
    months = chance.choice([120, 180, 240, 360])
    rate = chance.uniform(2, 12) / 1200
    amount = chance.uniform(50_000, 2_000_000)
    payment = amount * rate / (1 - (1 + rate) ** -months)
    financed = amount * (1 - chance.uniform(0, 0.04))
    return [Advance(financed)], [PaymentSeries(payment, months, 1, chance.randrange(30) / 30)], 12


def _irregular(chance: random.Random) -> Schedule:
    advances = [
        Advance(chance.uniform(1e4, 2e5), index * 2, chance.randrange(30) / 30)
        for index in range(chance.randint(1, 5))
    ]
    count = chance.randint(24, 300)
    lent = sum(advance.amount for advance in advances)
    payment = lent * chance.uniform(1.05, 2.5) / count
    first = 2 * len(advances)
    series = [
        PaymentSeries(payment, count, first, chance.randrange(30) / 30),
        PaymentSeries(payment * chance.uniform(0.2, 5), chance.randint(1, 12), first + count),
    ]
    return advances, series, chance.choice([12, 24, 26, 52])


def _independent(schedule: Schedule) -> float:
    """Bisection over every single payment: no closed form, no derivative, no shared code."""
    advances, payments, per_year = schedule
    flows = [(advance.amount, advance.full_periods, advance.fraction) for advance in advances]
    for series in payments:
        flows += [(-series.amount, series.full_periods + k, series.fraction) for k in range(series.count)]
    return (
        100
        * per_year
        * _bisect(lambda rate: sum(a / ((1 + f * rate) * (1 + rate) ** t) for a, t, f in flows))
    )


def _bisect(balance: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if balance(middle) < 0 else (low, middle)
    return (low + high) / 2


if __name__ == "__main__":
    main()
