"""The routes around the queue, as one router."""

from __future__ import annotations

from fastapi import APIRouter

from approvals.web.overview.audit_pages import AuditPages
from approvals.web.overview.ledger_pages import LedgerPages
from approvals.web.overview.run_pages import RunPages
from approvals.web.page import Page


def overview_router(page: Page) -> APIRouter:
    """Runs, the publication ledger and the audit log."""
    router = APIRouter()
    for pages in (RunPages, LedgerPages, AuditPages):
        router.include_router(pages(page).router)
    return router
