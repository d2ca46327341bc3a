"""What every act at the gate works with: the records, the lender as it stands now, the rules in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from campaign.finding import Finding
from campaign.lender import Lender
from campaign.piece import Piece
from campaign.rates import RateSheet
from tools.market.series import Market, shipped_market

Screen = Callable[[Piece, datetime], tuple[Finding, ...]]


class RulePack(Protocol):
    """All that the gate needs to know of the rules: which ones they are."""

    @property
    def version(self) -> str:
        """Hash of every rule file."""
        ...


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate as it stands at one moment.

    Attributes:
        engine: of `open_database`.
        lender: with its people, its approval rules and its licences as they are now.
        pack: which rules are in force. screen: asks them about one piece at one moment.
        sheet: the rate sheet in force, None where no rates are known.
        survey: this week's survey rate of the 30-year loan, percent, None where it is not known.
        open_market: reads what the market did, as far as the workspace knows it.
    """

    engine: Engine
    lender: Lender
    pack: RulePack
    screen: Screen
    sheet: RateSheet | None = None
    survey: float | None = None
    open_market: Callable[[], Market] = shipped_market
