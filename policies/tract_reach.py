"""Reach by census tract: whether majority-minority tracts get their proportional share (digital redlining).

The law is that of `targeting.digital-redlining`: 42 USC 3604-3605, 15 USC 1691; the cases compare the share
of majority-minority tracts that marketing reached with their share of the lending area (Trustmark 2021,
Trident 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

from campaign.fair_lending import FairLendingVerdict

MAJORITY_PERCENT = 50.0
LEAST_RATIO = 0.8
LEAST_TRACTS = 5


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
