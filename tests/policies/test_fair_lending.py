"""The verdict on counts: hand-worked selections, the guard, and what must hold for any counts."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.fair_lending import FairLendingResult
from policies.fair_lending import Screen, compare, judge
from policies.proportions import Share

shares = st.integers(0, 3000).flatmap(lambda total: st.builds(Share, st.integers(0, total), st.just(total)))
bases = st.dictionaries(st.sampled_from("pqrstu"), shares, min_size=1, max_size=6)


def verdict(**groups: tuple[int, int]) -> FairLendingResult:
    return judge(compare({"basis": {name: Share(*counts) for name, counts in groups.items()}}))


def test_half_the_rate_of_many_is_a_disparity():
    # 300/1000 against 600/1000: ratio 0.5, z = 13.48
    found = verdict(a=(600, 1000), b=(300, 1000))
    assert (found.verdict, found.ratio) == ("disparity", pytest.approx(0.5))
    assert "0.50" in found.sentence


def test_under_four_fifths_is_looked_at_unless_it_may_as_well_be_nothing():
    # 14/40 against 20/40: ratio 0.70; 1/14 - 1/40 + 1/20 - 1/40 = 0.0714, root 0.2673: 0.41 to 1.18
    assert verdict(a=(20, 40), b=(14, 40)).verdict == "too_few"
    # 66/200 against 82/200 and 58/200: 58 over 82 = 0.71, p = 0.012, times two groups 0.024: a disparity
    assert verdict(a=(82, 200), b=(66, 200), c=(58, 200)).verdict == "disparity"
    # 60/200 over 82/200 = 0.73; root of 1/60 + 1/82 - 2/200 = 0.1374: 0.56 to 0.96; p = 0.0216, times three 0.065
    assert verdict(a=(82, 200), b=(82, 200), c=(81, 200), d=(60, 200)).verdict == "look"


def test_four_fifths_itself_passes_and_one_less_does_not():
    # 400/1000 over 500/1000 = 0.80, significant and under 0.9: a person looks
    assert verdict(a=(500, 1000), b=(400, 1000)).verdict == "look"
    assert verdict(a=(500, 1000), b=(399, 1000)).verdict == "disparity"
    # 480/1000 over 500/1000 = 0.96
    assert verdict(a=(500, 1000), b=(480, 1000)).verdict == "fine"


def test_few_are_never_fine():
    assert verdict(a=(500, 1000), b=(15, 29)).verdict == "too_few", "fewer than thirty"
    assert verdict(a=(10, 1000), b=(1, 100)).verdict == "too_few", "one expected"
    assert verdict(a=(20, 40), b=(0, 0)).verdict == "too_few", "nobody to compare with"


def test_a_small_group_may_still_show_a_disparity():
    # none of 40 where 10 % of 4000 are chosen, four expected: exact p = 0.032
    found = verdict(a=(400, 4000), b=(0, 40))
    assert found.verdict == "too_few", "one per cent of those concerned leads no verdict"
    judged = compare({"basis": {"a": Share(160, 1600), "b": Share(0, 40)}})
    assert [one.verdict for one in judged] == ["disparity"]


def test_nobody_and_everybody():
    assert verdict(a=(0, 1000), b=(0, 1000)).verdict == "too_few"
    assert verdict(a=(1000, 1000), b=(900, 900)).verdict == "fine"
    assert judge(compare({})).verdict == "too_few"


def test_holm_runs_over_every_group_of_the_selection():
    # 37/100 against 50/100: ratio 0.74, p = 0.064 alone; 35/100: p = 0.032 alone, 0.064 as the smaller of two
    alone = compare({"one": {"a": Share(50, 100), "b": Share(35, 100)}})
    both = compare(
        {"one": {"a": Share(50, 100), "b": Share(35, 100)}, "two": {"c": Share(50, 100), "d": Share(37, 100)}}
    )
    assert [found.verdict for found in alone] == ["disparity"]
    assert [found.verdict for found in both] == ["look", "too_few"], "0.74 may be 0.54 to 1.02"


def test_the_reference_is_the_most_favoured_of_sufficient_size_or_the_one_named():
    groups = {"tiny": Share(29, 29), "a": Share(500, 1000), "b": Share(450, 1000)}
    assert {found.reference for found in compare({"basis": groups})} == {"a"}
    assert {found.reference for found in compare({"basis": groups}, named={"basis": "b"})} == {"b"}
    with pytest.raises(ValueError, match="no group"):
        compare({"basis": groups}, named={"basis": "z"})


def test_the_lines_are_the_tenants():
    groups = {"basis": {"a": Share(500, 1000), "b": Share(420, 1000)}}
    strict = Screen(ratio=0.9)
    assert judge(compare(groups)).verdict == "look"
    assert judge(compare(groups, strict), strict).verdict == "disparity"


def test_a_result_has_no_place_for_a_count_or_a_label():
    kept = set(FairLendingResult.model_fields)
    assert not kept & {"group", "reference", "basis", "counts", "total", "chosen"}
    found = verdict(purple=(600, 1000), orange=(300, 1000))
    said = found.model_dump_json()
    assert all(word not in said for word in ("purple", "orange", "basis", "600", "1000", "300"))
    assert "group" in {
        one.name for one in fields(compare({"x": {"a": Share(40, 50), "b": Share(30, 50)}})[0])
    }


@given(bases, st.permutations("pqrstu"))
def test_names_do_not_matter(groups, order):
    renamed = {order["pqrstu".index(name)]: share for name, share in groups.items()}
    one, two = judge(compare({"x": groups})), judge(compare({"x": renamed}))
    assert (one.verdict, one.ratio, one.ratios) == (two.verdict, two.ratio, two.ratios)


@given(bases, st.integers(2, 20))
def test_more_of_the_same_keeps_the_ratios_and_only_sharpens(groups, times):
    many = {name: Share(share.chosen * times, share.total * times) for name, share in groups.items()}
    before = {found.group: found for found in compare({"x": groups})}
    for found in compare({"x": many}):
        known = before.get(found.group)
        if known is not None and known.reference == found.reference and known.ratio is not None:
            assert found.ratio == pytest.approx(known.ratio)
            if (
                known.interval
                and found.interval
                and 0 < groups[found.group].chosen < groups[found.group].total
            ):
                assert found.interval[1] / found.interval[0] < known.interval[1] / known.interval[0]


@given(bases)
def test_nothing_below_the_guard_is_called_fine(groups):
    for found in compare({"x": groups}):
        if min(groups[found.group].total, groups[found.reference].total) < 30:
            assert found.verdict == "too_few"
        if found.verdict == "fine":
            assert found.ratio is not None
            assert found.ratio >= 0.8
