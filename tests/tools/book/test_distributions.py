import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.errors import UnknownName
from campaign.lender import STATES
from tools.book.distributions import (
    draw_numbers,
    draw_words,
    numbers_at,
    quantiles,
    shares,
    state_amounts,
)


def test_every_cell_was_measured_on_at_least_a_hundred_loans_and_names_its_source() -> None:
    assert all(one.loans >= 100 and "HMDA public data" in one.source for one in quantiles().values())
    assert all("aggregates" in one.source for one in shares().values())


def test_values_never_fall_as_levels_rise() -> None:
    for one in quantiles().values():
        assert (np.diff(one.levels) > 0).all()
        assert (np.diff(one.values) >= 0).all()


def test_shares_make_a_whole() -> None:
    assert all(abs(one.shares.sum() - 1) < 1e-9 and (one.shares > 0).all() for one in shares().values())


def test_every_state_has_a_share_and_a_scale() -> None:
    assert set(shares()["state", "all"].words.tolist()) == STATES
    assert set(state_amounts()) == STATES


@pytest.mark.parametrize("group", ["first_2022_on", "first_to_2021", "second", "heloc"])
def test_draws_have_the_measured_quantiles(group: str) -> None:
    drawn = draw_numbers("rate_spread", np.full(40_000, group), np.random.default_rng(1))
    one = quantiles()["rate_spread", group]
    assert np.abs(np.quantile(drawn, one.levels) - one.values).max() < 0.06


def test_only_the_words_asked_for_come_in_their_proportion() -> None:
    drawn = draw_words("state", np.full(30_000, "all"), np.random.default_rng(1), only=("TX", "ID"))
    measured = dict(
        zip(shares()["state", "all"].words.tolist(), shares()["state", "all"].shares, strict=True)
    )
    assert set(drawn.tolist()) == {"TX", "ID"}
    assert abs((drawn == "TX").mean() - measured["TX"] / (measured["TX"] + measured["ID"])) < 0.01


def test_a_group_that_was_never_measured_is_refused() -> None:
    with pytest.raises(UnknownName, match="`amount` was measured for `yacht`"):
        numbers_at("amount", "yacht", np.array([0.5]))
    with pytest.raises(UnknownName, match="`state` was measured for PR"):
        draw_words("state", np.full(1, "all"), np.random.default_rng(1), only=("PR",))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_no_level_leaves_the_measured_range(levels: list[float]) -> None:
    one = quantiles()["ltv", "fha/purchase"]
    values = numbers_at("ltv", "fha/purchase", np.array(levels))
    assert (values >= one.values[0]).all()
    assert (values <= one.values[-1]).all()
