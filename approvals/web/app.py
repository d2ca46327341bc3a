"""The approvers' page as one application: who is let in, what is shown, and the headers around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fastapi import Depends, FastAPI
from fastapi.staticfiles import StaticFiles

from approvals.gate import Gate
from approvals.web.admission import Admission
from approvals.web.batch_pages import BatchPages
from approvals.web.class_pages import ClassPages
from approvals.web.edit_pages import EditPages
from approvals.web.faults import Faults
from approvals.web.overview.audit_pages import AuditPages
from approvals.web.overview.ledger_pages import LedgerPages
from approvals.web.overview.run_pages import RunPages
from approvals.web.page import Page
from approvals.web.piece_pages import PiecePages
from approvals.web.previews.letters import Letters
from approvals.web.queue_pages import QueuePages
from approvals.web.recall_pages import RecallPages
from approvals.web.sent import read_sent
from approvals.web.shield import Shield
from approvals.web.sign_in import SignIn
from approvals.web.switch_pages import SwitchPages

PAGES = (
    SignIn, QueuePages, ClassPages, BatchPages, EditPages, PiecePages, Letters, SwitchPages, RecallPages,
    RunPages, LedgerPages, AuditPages,
)  # fmt: skip
_STATIC = Path(__file__).parent / "static"


def create_app(
    open_gate: Callable[[], Gate], *, clock: Callable[[], datetime], secure_cookies: bool
) -> FastAPI:
    """The page.

    Args:
        open_gate: the gate as lender.toml stands now; asked at every request, so that a role taken away
            counts at the next one.
        clock: now, aware.
        secure_cookies: it is reached over https only.
    """
    page = Page(open_gate, clock=clock, secure_cookies=secure_cookies)
    app = FastAPI(
        title="Vallum approvals",
        openapi_url=None,
        redirect_slashes=False,
        dependencies=[Depends(read_sent), Depends(Admission(page))],
    )
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for pages in PAGES:
        app.include_router(pages(page).router)
    Faults(page).hang_on(app)
    app.add_middleware(Shield, https=secure_cookies)
    return app
