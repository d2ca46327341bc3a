"""The publication ledger: what went out, where the evidence is, what was kept back and what is in doubt."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from approvals.deliveries import DeliveryState
from approvals.ledger_pages import (
    LedgerPlace,
    LedgerQuery,
    deliveries_of,
    held_of,
    in_doubt_count,
    ledger,
    ledger_line,
)
from approvals.permissions import Action, permit
from approvals.web.address import LONGEST_PLACE, link, words
from approvals.web.choices import run_choices
from approvals.web.page import Page
from approvals.web.words import CHANNELS
from campaign.errors import BadInput

ON_ONE_PAGE = 25
DELIVERIES_ON_ONE_PAGE = 50
SHOWN = {"all": "everything", "due": "not tried yet", "in_doubt": "in doubt", "held": "kept back"}


class LedgerPages:
    """The routes `/ledger` and `/ledger/...`."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.router = APIRouter()
        self.router.get("/ledger")(self.listed)
        self.router.get("/ledger/{release_id:path}")(self.show)

    def listed(self, request: Request) -> Response:
        """Releases, the last tried first."""
        visit, asked = self._page.visit(request), request.query_params
        permit(visit.actor, Action.VIEW, None, "the ledger")
        engine, wanted = visit.gate.engine, _query(asked)
        after = _place(asked)
        found = ledger(engine, wanted, after=after, limit=ON_ONE_PAGE + 1)
        lines = found[:ON_ONE_PAGE]
        more = None
        if len(found) > ON_ONE_PAGE:
            last = lines[-1].place
            tried = last.tried_at.isoformat() if last.tried_at else ""
            more = link("/ledger", **wanted.model_dump(), tried=tried, after=last.release_id)
        return self._page.render(
            request, "overview/ledger.html", lines=lines, more=more, later=after is not None, asked=wanted,
            doubt=in_doubt_count(engine), channels={"": "any channel", **CHANNELS},
            shown=SHOWN, runs=run_choices(engine),
        )  # fmt: skip

    def show(self, request: Request, release_id: str) -> Response:
        """One release with its deliveries."""
        visit = self._page.visit(request)
        permit(visit.actor, Action.VIEW, None, f"release {release_id}")
        engine, after = visit.gate.engine, words(request.query_params, "after", LONGEST_PLACE) or ""
        found = deliveries_of(engine, release_id, after=after, limit=DELIVERIES_ON_ONE_PAGE + 1)
        lines = found[:DELIVERIES_ON_ONE_PAGE]
        return self._page.render(
            request, "overview/release.html", line=ledger_line(engine, release_id), deliveries=lines,
            held=held_of(engine, release_id, limit=DELIVERIES_ON_ONE_PAGE), later=bool(after),
            more=lines[-1].key if len(found) > DELIVERIES_ON_ONE_PAGE else None,
            meanings={state.value: state.meaning for state in DeliveryState},
        )  # fmt: skip


def _query(asked: Mapping[str, str]) -> LedgerQuery:
    given = {name: words(asked, name) for name in ("run", "channel", "show")}
    try:
        return LedgerQuery.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        raise BadInput(f"`{given['show']}` is nothing to show.", f"Use one of {', '.join(SHOWN)}.") from error


def _place(asked: Mapping[str, str]) -> LedgerPlace | None:
    tried, after = words(asked, "tried"), words(asked, "after", LONGEST_PLACE)
    if after is None:
        return None
    try:
        return LedgerPlace.model_validate({"tried_at": tried, "release_id": after})
    except ValidationError as error:
        raise BadInput(f"`{tried}` is no place in the ledger.", "Begin at /ledger.") from error
