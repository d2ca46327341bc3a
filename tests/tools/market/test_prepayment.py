import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.market.prepayment import annual_prepayment, prepayment_steps


@pytest.mark.parametrize(
    ("incentive_bps", "share"),
    [
        (-999, 0.05353),
        (-0.01, 0.07076),
        (0, 0.08373),
        (49.9, 0.11538),
        (50, 0.16304),
        (74, 0.16304),
        (999, 0.18035),
    ],
)
def test_the_curve_is_read_bucket_by_bucket(incentive_bps: float, share: float) -> None:
    assert annual_prepayment(incentive_bps) == share


def test_buckets_follow_each_other_by_25_basis_points() -> None:
    starts, shares = prepayment_steps()
    assert all(later - earlier == 25 for earlier, later in itertools.pairwise(starts))
    assert len(starts) == len(shares) == 25


@given(st.floats(-2_000, 2_000))
def test_every_incentive_gives_a_share(incentive_bps: float) -> None:
    assert 0.05 <= annual_prepayment(incentive_bps) <= 0.26


def test_a_borrower_in_the_money_leaves_more_often_than_one_out_of_it() -> None:
    assert annual_prepayment(75) > 2 * annual_prepayment(-75)
