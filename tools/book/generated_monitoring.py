"""Demographic records of the example book, so that the fair-lending check has something to count.

They are drawn from fixed shares, independent of the loans and of each other: no bias is built in.
"""

from __future__ import annotations

from numpy.random import Generator

from tools.book.distributions import Words
from tools.book.generated_behaviour import Columns

SHARES: dict[str, dict[str, float]] = {
    "race": {
        "White": 0.66, "Black or African American": 0.11, "Asian": 0.08, "2 or more minority races": 0.02,
        "Race Not Available": 0.13,
    },
    "ethnicity": {
        "Not Hispanic or Latino": 0.73, "Hispanic or Latino": 0.15, "Ethnicity Not Available": 0.12,
    },
    "sex": {"Joint": 0.37, "Male": 0.33, "Female": 0.24, "Sex Not Available": 0.06},
    "age_band": {
        "<25": 0.03, "25-34": 0.24, "35-44": 0.27, "45-54": 0.21, "55-64": 0.15, "65-74": 0.08, ">74": 0.02,
    },
}  # fmt: skip
"""Round shares of the generator's own making, drawn independently of each other and of every loan."""


def draw_monitoring(loan_ids: Words, rng: Generator) -> Columns:
    """Demographic records from fixed shares, independent of the loans and of each other."""
    drawn = {
        name: rng.choice(list(shares), size=loan_ids.size, p=list(shares.values()))
        for name, shares in SHARES.items()
    }
    return {"loan_id": loan_ids, **drawn}
