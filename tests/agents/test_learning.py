"""The sample in three parts: no row both shapes the segments and vouches for them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.learning import outcomes, parts


@given(rows=st.integers(0, 3_000), seed=st.integers(0, 2**32 - 1))
def test_no_row_is_in_two_parts_and_none_is_lost(rows: int, seed: int) -> None:
    learning, deciding, reporting = (set(part.tolist()) for part in parts(rows, seed=seed))
    assert not learning & deciding
    assert not learning & reporting
    assert not deciding & reporting
    assert learning | deciding | reporting == set(range(rows))
    assert len(deciding) == len(reporting) == rows // 4


def test_the_parts_are_drawn_by_chance_and_the_same_for_the_same_seed() -> None:
    first, again, other = (parts(400, seed=seed)[2].tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert first != sorted(first)


def test_needs_weigh_alike_and_behaviour_only_where_it_may() -> None:
    chance = np.random.default_rng(1)
    columns = {name: chance.exponential(size, 500) for name, size in
               (("refinance_usd", 10), ("equity_usd", 1_000), ("next_home_usd", 1))}  # fmt: skip
    columns |= {"clicks": chance.poisson(0.3, 500).astype(float), "applications": np.zeros(500)}
    judged = outcomes(columns, behaviour=False)
    assert judged.shape == (500, 3)
    assert np.allclose(judged.mean(axis=0), 0)
    assert np.allclose(judged.std(axis=0), 1)
    assert outcomes(columns, behaviour=True).shape == (500, 4)
