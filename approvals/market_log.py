"""What was read of the market, as events: who brought which figures and decisions, and from where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

from approvals.audit import record
from approvals.chain import text_hash
from approvals.database import open_database, writing
from tools.market.figures import write_figures
from tools.market.given import keep_decision, keep_figures
from tools.market.rate_sheets import write_rate_sheet
from tools.market.sheets import closes, opens, save_sheet

if TYPE_CHECKING:
    from campaign.market import FedDecision
    from campaign.rates import RateSheet
    from tools.market.figures import Figure
    from tools.workspace import Workspace

SUBJECT = "market"
_SOURCES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class MarketLog:
    """Keeps what was read of the market together with its evidence.

    Attributes:
        by: who brought it. at: when, aware.
    """

    by: str
    at: datetime

    def keep_figures(self, workspace: Workspace, figures: Sequence[Figure]) -> Path:
        """Keep figures as one file, and record its hash, its counts and its sources.

        Raises:
            BadInput: the folder or the database cannot be written. Busy: another process holds it.
        """
        sources = sorted({figure.source for figure in figures})
        details = {
            "figures": dict(sorted(Counter(figure.series for figure in figures).items())),
            "first": str(figures[0].day),
            "last": str(figures[-1].day),
            "sources": sources[:_SOURCES_SHOWN],
            "content": text_hash(write_figures(figures)),
        }
        with self._noted(workspace, "market.figures_read", SUBJECT, details):
            return keep_figures(workspace, figures)

    def keep_sheet(self, workspace: Workspace, sheet: RateSheet) -> Path:
        """Keep a rate sheet, and record its hash, its span and its best prices.

        Raises:
            BadInput: the folder or the database cannot be written. Busy: another process holds it.
        """
        best = sheet.best("conventional", 360, opens(sheet))
        details = {
            "source": sheet.source,
            "opens": opens(sheet).isoformat(),
            "closes": closes(sheet).isoformat(),
            "offers": len(sheet.offers),
            "rate_30y": best.rate if best else None,
            "content": text_hash(write_rate_sheet(sheet)),
        }
        with self._noted(workspace, "market.sheet_read", f"sheet {sheet.sheet_id}", details):
            return save_sheet(workspace, sheet)

    def keep_decision(self, workspace: Workspace, decision: FedDecision) -> Path:
        """Keep a decision of the Fed, and record it.

        Raises:
            BadInput: the folder or the database cannot be written. Busy: another process holds it.
        """
        details = decision.model_dump(mode="json", exclude={"recorded_at"})
        with self._noted(workspace, "market.decision_read", f"fomc {decision.decides}", details):
            return keep_decision(workspace, decision)

    @contextmanager
    def _noted(
        self, workspace: Workspace, event: str, subject: str, details: Mapping[str, Any]
    ) -> Iterator[None]:
        """In the transaction that records it; where no database was made yet, there is no log to keep."""
        if not _has_database(workspace):
            yield
            return
        engine = open_database(workspace.database_url)
        try:
            with writing(engine) as session:
                record(session, event=event, subject=subject, by=self.by, at=self.at, details=details)
                yield
        finally:
            engine.dispose()


def _has_database(workspace: Workspace) -> bool:
    url = make_url(workspace.database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()
