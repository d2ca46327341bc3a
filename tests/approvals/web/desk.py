"""A page in front of a small lender's gate: people with passwords, pieces that wait, a clock that is moved."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import argon2
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine

from approvals import accounts
from approvals.gate import Gate
from approvals.web.app import create_app
from campaign.claim import Binding
from campaign.lender import Lender, Originator, Person
from campaign.piece import Piece, Speaker
from policies.identity import originator_claims
from tests.approvals.gate import AT, LENDER, WRITER, Rules, a_piece, start, submit

PASSWORD = "copper kettle on the sill"
PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Ana Sole", role="compliance"),
    Person(name="Max Orr", role="marketer"),
    Person(name="Olive Penn", role="loan_officer"),
    Person(name="Ida Root", role="admin"),
)
OFFICERS = tuple(
    Originator(nmls=str(2_000_001 + place), name=name, states=("ID", "WA"))
    for place, name in enumerate(("Olive Penn", "Bo Ash", "Cornelia van der Merwe-Castellanos", "Dee Lux"))
)
STAFFED = LENDER.model_copy(update={"people": PEOPLE, "originators": OFFICERS})
SITE = "http://desk.test"
AD = Piece(
    piece_id="ad", channel="google_search", authors=(WRITER,),
    fields={"headlines": ("Buy a home", "Ask us", "Open Saturdays"), "descriptions": ("One.", "Two.")},
)  # fmt: skip
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Desk:
    """Everything a test of the page turns: the lender's record, the rules, the clock."""

    engine: Engine
    lender: Lender = STAFFED
    rules: Rules = field(default_factory=Rules)
    at: datetime = AT
    secure: bool = False
    doors: dict[bool, FastAPI] = field(default_factory=dict)

    def gate(self) -> Gate:
        return Gate(self.engine, self.lender, self.rules, self.rules.screen)

    def fill(self, *pieces: Piece) -> None:
        """Pieces that wait, in one run; a letter for each officer where none are given."""
        start(self.engine)
        for piece in pieces or [signed(officer) for officer in OFFICERS]:
            submit(self.engine, piece, self.rules, lender=self.lender)

    def wait(self, **time: float) -> None:
        self.at += timedelta(**time)

    def app(self) -> FastAPI:
        """The application, begun anew."""
        return create_app(lambda: self.gate(), clock=lambda: self.at, secure_cookies=self.secure)

    def visitor(self, address: str = "10.1.2.3", app: FastAPI | None = None) -> Visitor:
        """Somebody's browser, in front of the application that others look at too, or of another."""
        app = app or self._door()
        return Visitor(TestClient(app, base_url=SITE, follow_redirects=False, client=(address, 5000)))

    def _door(self) -> FastAPI:
        if self.secure not in self.doors:
            self.doors[self.secure] = self.app()
        return self.doors[self.secure]

    def person(self, name: str = "Ruth Calder") -> Visitor:
        """Someone who has logged in."""
        visitor = self.visitor()
        accounts.set_password(self.gate(), name, PASSWORD, by=name, at=self.at)
        assert visitor.log_in(name).status_code == 303
        return visitor


def signed(officer: Originator, greeting: str = "Talk with ") -> Piece:
    """A letter that differs from officer to officer in their name alone."""
    claim = originator_claims(STAFFED, officer)["originator_name"]
    end = len(greeting) + len(claim.text)
    return a_piece(
        f"letter.{officer.nmls}", body=f"{greeting}{claim.text}.", states=("ID",), claims=(claim,),
        bindings=(Binding(field="body", start=len(greeting), end=end, slot=claim.slot),),
        originator=Speaker(name=officer.name, nmls=officer.nmls),
    )  # fmt: skip


@dataclass
class Visitor:
    """A browser without JavaScript, as far as a test needs one."""

    client: TestClient

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def text(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text)
        return answer.text

    def csrf(self, path: str = "/account") -> str:
        return secret(self.client.get(path).text)

    def send(self, path: str, fields: dict[str, Any] | None = None, *, origin: str | None = SITE) -> Response:
        """Send a form with the session's own secret, unless the fields bring another."""
        sent = {"csrf": self.csrf(), **(fields or {})} if "csrf" not in (fields or {}) else fields
        headers = {} if origin is None else {"origin": origin}
        return self.client.post(path, data=sent, headers=headers)

    def act(self, piece_id: str, act: str, **fields: str) -> Response:
        """Send one of the forms of a piece's page as it is shown now."""
        path = f"/pieces/{quote(piece_id, safe='')}"
        shown = self.client.get(path).text
        sent = {name: value(shown, name) for name in ("csrf", "seen", "pack")}
        return self.send(path, {**sent, "act": act, **fields})

    def log_in(self, name: str, password: str = PASSWORD, **more: str) -> Response:
        form = self.client.get("/login").text
        sent = {"csrf": secret(form), "name": name, "password": password, **more}
        return self.client.post("/login", data=sent, headers={"origin": SITE})


def value(page: str, name: str) -> str:
    """What a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, (name, page)
    return html.unescape(found[1])


def form(page: str) -> dict[str, str]:
    """All that a form of a page carries unseen."""
    return {name: value(page, name) for name in re.findall(r'<input type="hidden" name="([^"]+)"', page)}


def secret(page: str) -> str:
    """What every form of a page has to bring back."""
    return value(page, "csrf")


def saying(page: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
