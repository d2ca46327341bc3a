"""Reach by census tract, by hand."""

from __future__ import annotations

import pytest

from policies.tract_reach import TractReach


def test_the_proportional_share():
    # 10 of 100 tracts reached against 60 of 300 there: 0.10 / 0.20 = 0.5
    reach = TractReach(10, 100, 60, 300)
    assert reach.ratio == pytest.approx(0.5)
    assert reach.verdict() == "look"
    assert reach.verdict(block_below=0.6) == "disparity"
    assert reach.verdict(warn_below=0.4) == "fine"
    assert TractReach(16, 100, 60, 300).verdict() == "fine", "0.16 / 0.20 = 0.8"


@pytest.mark.parametrize(
    "reach", [TractReach(0, 0, 60, 300), TractReach(0, 50, 4, 300), TractReach(0, 9, 0, 30)]
)
def test_too_few_tracts_say_nothing(reach):
    assert reach.verdict() == "too_few"
