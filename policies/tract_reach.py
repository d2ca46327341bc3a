"""Reach by census tract: whether majority-minority tracts get their proportional share (digital redlining).

The law is that of `targeting.digital-redlining`: 42 USC 3604-3605, 15 USC 1691; the cases compare the share
of majority-minority tracts that marketing reached with their share of the lending area (Trustmark 2021,
Trident 2022). Free of heavy imports, so that a rule of `vallum check` may ask it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from campaign.fair_lending import FairLendingVerdict

MAJORITY_PERCENT = 50.0
LEAST_RATIO = 0.8
LEAST_TRACTS = 5
_NAMES = ("reached_minority", "reached", "footprint_minority", "footprint")


@dataclass(frozen=True, slots=True)
class TractReach:
    """Tracts reached and tracts there are; `minority` counts those where a majority are minorities.

    Raises:
        ValueError: the reach is no part of the footprint.
    """

    reached_minority: int
    reached: int
    footprint_minority: int
    footprint: int

    def __post_init__(self) -> None:
        other = self.reached - self.reached_minority, self.footprint - self.footprint_minority
        if not (0 <= self.reached_minority <= self.footprint_minority and 0 <= other[0] <= other[1]):
            raise ValueError("the tracts reached must be part of the footprint")

    @property
    def ratio(self) -> float | None:
        """Majority-minority tracts' share of the reach over their share of the footprint."""
        if not (self.reached and self.footprint_minority):
            return None
        return self.reached_minority * self.footprint / (self.reached * self.footprint_minority)

    @property
    def share_reached(self) -> float | None:
        """Share of the footprint's majority-minority tracts that are reached."""
        return self.reached_minority / self.footprint_minority if self.footprint_minority else None

    def verdict(
        self, *, warn_below: float = LEAST_RATIO, block_below: float | None = None
    ) -> FairLendingVerdict:
        """`disparity` below the tenant's own block line, `look` below the warning line.

        Args:
            warn_below: 0.8 unless the tenant set another. block_below: none unless the tenant set one.
        """
        if self.ratio is None or min(self.footprint_minority, self.reached) < LEAST_TRACTS:
            return "too_few"
        if block_below is not None and self.ratio < block_below:
            return "disparity"
        return "look" if self.ratio < warn_below else "fine"


def reach_on_record(targeting: Mapping[str, Any] | None) -> TractReach | None:
    """The reach that a piece's targeting record states in numbers, for the rule of `vallum check`.

    Args:
        targeting: may hold `tract_reach` with the whole numbers `reached_minority`, `reached`,
            `footprint_minority` and `footprint`. A bare list of ZIPs or counties has none: which tracts lie
            in them is not on record, and `targeting.prohibited-basis` judges the list itself.

    Returns:
        None where there is no such record.

    Raises:
        ValueError: the record is there and cannot be true.
    """
    record = (targeting or {}).get("tract_reach")
    if record is None:
        return None
    values = [record.get(name) if isinstance(record, Mapping) else None for name in _NAMES]
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        raise ValueError(f"`tract_reach` needs whole numbers for {', '.join(_NAMES)}")
    return TractReach(*(int(value) for value in values if value is not None))
