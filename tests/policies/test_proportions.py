"""Two proportions, against figures worked out by hand."""

from __future__ import annotations

import pytest

from policies import proportions
from policies.proportions import Share

APPLIED = Share(12, 40)
"""The example of the Uniform Guidelines' questions and answers: 12 of 40 against 48 of 80."""
BASE = Share(48, 80)


def test_ratio_and_difference():
    # 12/40 = 0.30, 48/80 = 0.60
    assert proportions.ratio(APPLIED, BASE) == pytest.approx(0.5)
    assert proportions.points(APPLIED, BASE) == pytest.approx(-30)
    # pooled 60/120 = 0.5, spread 0.5
    assert proportions.standardised(APPLIED, BASE) == pytest.approx(-0.6)


def test_interval_of_the_ratio():
    # 1/12 - 1/40 + 1/48 - 1/80 = 0.0666667, root 0.258199, times 1.96 = 0.506061
    # exp(ln 0.5 - 0.506061) = 0.30143, exp(ln 0.5 + 0.506061) = 0.82937
    assert proportions.ratio_interval(APPLIED, BASE) == pytest.approx((0.30143, 0.82937), abs=2e-5)


def test_interval_where_a_cell_is_empty():
    # (0.5/30.5) / (20.5/40.5) = 0.032387; 1/0.5 - 1/30.5 + 1/20.5 - 1/40.5 = 1.991302, root 1.411135
    low, high = proportions.ratio_interval(Share(0, 30), Share(20, 40))
    assert low == pytest.approx(0.032387 * 2.718281828 ** (-1.959964 * 1.411135), rel=1e-3)
    assert high == pytest.approx(0.032387 * 2.718281828 ** (1.959964 * 1.411135), rel=1e-3)


def test_z_test():
    # se = sqrt(0.25 * (1/40 + 1/80)) = 0.0968246, z = 3.09839, two-sided p = 0.0019458
    assert proportions.z_p_value(APPLIED, BASE) == pytest.approx(0.0019458, abs=1e-6)


def test_exact_test_is_fishers():
    # tea: (1 + 16) / 70 on each side = 34/70
    assert proportions.exact_p_value(Share(3, 4), Share(1, 4)) == pytest.approx(34 / 70)
    assert proportions.p_value(Share(3, 4), Share(1, 4)) == pytest.approx(34 / 70), "small cells"
    assert proportions.p_value(APPLIED, BASE) == proportions.z_p_value(APPLIED, BASE), "large cells"


def test_odds():
    # (12 * 32) / (28 * 48) = 0.285714; sqrt(1/12 + 1/28 + 1/48 + 1/32) = 0.413680, times 1.96 = 0.810798
    assert proportions.odds_ratio(APPLIED, BASE) == pytest.approx(0.285714, abs=1e-6)
    assert proportions.odds_interval(APPLIED, BASE) == pytest.approx((0.127001, 0.642772), abs=2e-5)
    assert proportions.odds_ratio(Share(0, 4), Share(1, 4)) is None


def test_holm_steps_down_and_keeps_the_order():
    # 3 * 0.01 = 0.03; 2 * 0.03 = 0.06; max(0.06, 1 * 0.04) = 0.06
    assert proportions.holm((0.01, 0.04, 0.03)) == pytest.approx((0.03, 0.06, 0.06))
    assert proportions.holm(()) == ()


@pytest.mark.parametrize("one", [Share(0, 9), Share(9, 9)])
def test_all_alike_is_no_evidence(one):
    assert proportions.z_p_value(one, one) == 1
    assert proportions.standardised(one, one) == 0
    low, high = proportions.ratio_interval(one, one)
    assert low <= 1 <= high


@pytest.mark.parametrize("wrong", [(5, 4), (-1, 4)])
def test_what_is_no_share_is_refused(wrong):
    with pytest.raises(ValueError, match="no share"):
        Share(*wrong)
