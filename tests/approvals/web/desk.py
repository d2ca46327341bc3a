"""A page in front of a small lender's gate: people with passwords, pieces that wait, a clock that is moved."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import argon2
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine

from approvals import accounts
from approvals.gate import Gate
from approvals.web.app import create_app
from campaign.lender import Lender, Person
from tests.approvals.gate import AT, LENDER, Rules

PASSWORD = "copper kettle on the sill"
PEOPLE = (
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Ana Sole", role="compliance"),
    Person(name="Max Orr", role="marketer"),
    Person(name="Olive Penn", role="loan_officer"),
    Person(name="Ida Root", role="admin"),
)
STAFFED = LENDER.model_copy(update={"people": PEOPLE})
SITE = "http://desk.test"
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Pack:
    version: str = "pack-1"


@dataclass
class Desk:
    """Everything a test of the page turns: the lender's record, the rules, the clock."""

    engine: Engine
    lender: Lender = STAFFED
    rules: Rules = field(default_factory=Rules)
    at: datetime = AT
    secure: bool = False

    def gate(self) -> Gate:
        return Gate(self.engine, self.lender, self.rules, self.rules.screen)

    def wait(self, **time: float) -> None:
        self.at += timedelta(**time)

    def visitor(self, address: str = "10.1.2.3") -> Visitor:
        app = create_app(lambda: self.gate(), clock=lambda: self.at, secure_cookies=self.secure)
        return Visitor(TestClient(app, base_url=SITE, follow_redirects=False, client=(address, 5000)))

    def person(self, name: str = "Ruth Calder") -> Visitor:
        """Someone who has logged in."""
        visitor = self.visitor()
        accounts.set_password(self.gate(), name, PASSWORD, by=name, at=self.at)
        assert visitor.log_in(name).status_code == 303
        return visitor


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

    def log_in(self, name: str, password: str = PASSWORD, **more: str) -> Response:
        form = self.client.get("/login").text
        sent = {"csrf": secret(form), "name": name, "password": password, **more}
        return self.client.post("/login", data=sent, headers={"origin": SITE})


def secret(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found[1]
