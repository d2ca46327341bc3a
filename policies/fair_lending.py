"""Adverse impact of a selection, on counts alone: who is chosen how often, and whether that may be chance.

The rule of thumb is four fifths of the rate of the most favoured group, read together with statistical
significance and with the size of the groups (Uniform Guidelines, 29 CFR 1607.4(D); groups under 2 % of those
concerned need no judgement, 1607.15(A)(2)(c)). The Guidelines are of employment law; lenders' examiners and
advisers use the same ratio as a screen. It is a screen and no finding of discrimination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign.fair_lending import FairLendingResult, FairLendingVerdict
from policies import proportions
from policies.proportions import Share

Groups = Mapping[str, Share]
_WORST: tuple[FairLendingVerdict, ...] = ("disparity", "look", "too_few", "fine")


@dataclass(frozen=True, slots=True)
class Screen:
    """Where the check draws its lines.

    Attributes:
        ratio: four fifths. look_below: a ratio a person should look at where it is significant.
        alpha: significance, after Holm's correction over all groups of a selection.
        least_group: fewest of a group, and of its reference, that are compared.
        least_expected: fewest chosen one must expect in a group before it may be called fine.
        least_share: smaller groups than this share of those concerned neither lead nor hold up a verdict.
    """

    ratio: float = 0.8
    look_below: float = 0.9
    alpha: float = 0.05
    least_group: int = 30
    least_expected: float = 5.0
    least_share: float = 0.02


FOUR_FIFTHS = Screen()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One group against the reference group of its basis.

    Attributes:
        basis, group, reference: labels; they stay in the check.
        ratio: adverse-impact ratio, None where the reference is never chosen. interval: 95 %.
        points: difference of rates, percentage points. standardised: the same over its standard deviation.
        odds_ratio: None where a cell is empty. p_value: after Holm's correction.
        verdict: of this group alone. counts: whether it is large enough to bear on the selection's verdict.
    """

    basis: str
    group: str
    reference: str
    ratio: float | None
    interval: tuple[float, float] | None
    points: float
    standardised: float
    odds_ratio: float | None
    p_value: float
    verdict: FairLendingVerdict
    counts: bool = True


def compare(
    bases: Mapping[str, Groups], screen: Screen = FOUR_FIFTHS, *, named: Mapping[str, str] | None = None
) -> tuple[Comparison, ...]:
    """Each group against the reference of its basis, in the order given.

    Args:
        bases: basis -> group -> chosen of total. Groups of nobody are passed over.
        screen: the lines. named: basis -> reference group, where it is not the most
            favoured of sufficient size.

    Raises:
        ValueError: a named reference is no group of its basis.
    """
    pairs = []
    for basis, groups in bases.items():
        present = {group: share for group, share in groups.items() if share.total}
        reference = _reference(present, screen, (named or {}).get(basis))
        if reference is not None:
            pairs += [(basis, group, reference, present) for group in present if group != reference]
    judged = [
        index for index, (_, group, base, of) in enumerate(pairs) if _large(of[group], of[base], screen)
    ]
    raw = [
        proportions.p_value(pairs[index][3][pairs[index][1]], pairs[index][3][pairs[index][2]])
        for index in judged
    ]
    adjusted = dict(zip(judged, proportions.holm(raw), strict=True))
    return tuple(
        _comparison(basis, group, base, of, adjusted.get(index), screen)
        for index, (basis, group, base, of) in enumerate(pairs)
    )


def judge(comparisons: Sequence[Comparison], screen: Screen = FOUR_FIFTHS) -> FairLendingResult:
    """The verdict over all groups, without a label or a count of anyone in it."""
    bearing = [found for found in comparisons if found.counts]
    said = {found.verdict for found in bearing}
    verdict: FairLendingVerdict = next((word for word in _WORST if word in said), "too_few")
    told = [found for found in bearing if found.verdict != "too_few" and found.ratio is not None]
    if not told:
        return FairLendingResult(
            verdict="too_few", sentence="Too few to say: no two groups are large enough to compare."
        )
    low = min(told, key=lambda found: (_WORST.index(found.verdict), found.ratio or 0.0))
    small = sum(found.verdict == "too_few" for found in comparisons)
    return FairLendingResult(
        verdict=verdict,
        sentence=_sentence(verdict, low, small, screen),
        ratio=low.ratio,
        interval=low.interval,
        p_value=low.p_value,
        ratios=tuple(sorted(found.ratio for found in told if found.ratio is not None)),
    )


def _reference(groups: Groups, screen: Screen, named: str | None) -> str | None:
    """The group named, else the most often chosen of those large enough; None where none is."""
    if named is not None:
        if named not in groups:
            raise ValueError(f"`{named}` is no group among those compared")
        return named
    total = sum(share.total for share in groups.values())
    least = max(screen.least_group, screen.least_share * total)
    large = [group for group, share in groups.items() if share.total >= least]
    return max(large, key=lambda group: (groups[group].rate, groups[group].total, group), default=None)


def _large(one: Share, base: Share, screen: Screen) -> bool:
    return min(one.total, base.total) >= screen.least_group and base.chosen > 0


def _comparison(
    basis: str, group: str, reference: str, of: Groups, adjusted: float | None, screen: Screen
) -> Comparison:
    one, base = of[group], of[reference]
    measured = proportions.ratio(one, base)
    verdict: FairLendingVerdict = "too_few"
    if adjusted is not None and measured is not None:
        chance = proportions.ratio_interval(one, base)[1] >= 1
        verdict = _verdict(measured, adjusted, one.total * base.rate, screen, chance=chance)
    return Comparison(
        basis=basis,
        group=group,
        reference=reference,
        ratio=measured,
        interval=None if measured is None else proportions.ratio_interval(one, base),
        points=proportions.points(one, base),
        standardised=proportions.standardised(one, base),
        odds_ratio=proportions.odds_ratio(one, base),
        p_value=1.0 if adjusted is None else adjusted,
        verdict=verdict,
        counts=one.total >= screen.least_share * sum(share.total for share in of.values()),
    )


def _verdict(
    measured: float, p_value: float, expected: float, screen: Screen, *, chance: bool
) -> FairLendingVerdict:
    """One group's verdict; a ratio under the line whose interval reaches 1 is neither shown nor ruled out."""
    significant = p_value < screen.alpha
    if significant and measured < screen.ratio:
        return "disparity"
    if expected < screen.least_expected or (measured < screen.ratio and chance):
        return "too_few"
    if measured < screen.ratio or (significant and measured < screen.look_below):
        return "look"
    return "fine"


def _sentence(verdict: FairLendingVerdict, low: Comparison, small: int, screen: Screen) -> str:
    lower, upper = low.interval or (0.0, 0.0)
    shown = "p < 0.001" if low.p_value < 0.001 else f"p = {low.p_value:.3f}"
    figures = f"the ratio that decides is {low.ratio:.2f} (95 % interval {lower:.2f} to {upper:.2f}, {shown})"
    words = {
        "disparity": f"Under {screen.ratio:g} and more than chance: {figures}.",
        "look": f"A person should look: {figures}.",
        "too_few": f"Too few to say of at least one group; among the others {figures}.",
        "fine": f"Within the lines: {figures}.",
    }[verdict]
    return words + (
        " Some groups are too small to say anything of." if small and verdict != "too_few" else ""
    )
