"""What axe has to say of every page, and every page on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from approvals.store import load_piece
from tests.approvals.gate import a_piece, by_hand
from tests.approvals.web.desk import AD, OFFICERS, Desk, signed
from tests.approvals.web.sent_out import send_out

if TYPE_CHECKING:
    from tests.page import Opening

WARNED = a_piece("warned", body="The best.")
PAGES = [
    "/queue", "/queue?by=piece&status=any", "/queue?text=nothing", "CLASS", "/batch?channel=email",
    "/batch?channel=email&answer=approve_conditionally", "/pieces/warned", "/pieces/blocked", "/pieces/recalled", "/edit/warned", "/edit/ad", "/pause", "/recall", "/account",
    "/nowhere",
]  # fmt: skip


def fill_everything(desk: Desk) -> str:
    recalled = a_piece("recalled", body="Talk of rates.")
    blocked = a_piece("blocked", body="It is guaranteed.")
    desk.fill(*[signed(one) for one in OFFICERS], WARNED, blocked, recalled, AD)
    send_out(desk, "recalled")
    visitor = desk.person()
    visitor.send("/recall", {"count": "1", "q.piece": "recalled", "reason": "The rate moved."})
    visitor.act("warned", "comment", words="Please look at this.")
    visitor.act(
        "blocked", "waive", rule="test.guaranteed", reason="It quotes the statute.", until="2026-03-10"
    )
    due = (desk.at + timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S.000000")
    by_hand(
        desk.engine,
        "UPDATE pieces SET due_at = :due, assignee = 'max orr' WHERE piece_id = 'warned'",
        due=due,
    )
    desk.person("Max Orr").send("/pause", {"reason": "A wrong rate."})
    return f"/classes/{load_piece(desk.engine, f'letter.{OFFICERS[0].nmls}').class_key}"


FAULTS: dict[str, Any] = {"resultTypes": ["violations"]}
OF_COLOURS = FAULTS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What can differ in the dark, where only colours change."""


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", FAULTS), ("dark", OF_COLOURS)], ids=["light", "dark"]
)
def test_axe_finds_nothing_on_any_page(desk: Desk, open_page: Opening, scheme: str, options: dict[str, Any]):
    of_class = fill_everything(desk)
    page = open_page(color_scheme=scheme)
    found = {}
    for path in PAGES:
        page.goto(path.replace("CLASS", of_class))
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        found[path] = Axe().run(page, options=options)
    page.goto("/queue")
    page.keyboard.press("?")
    found["help"] = Axe().run(page, options=options)
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    found["login"] = Axe().run(page, options=options)
    told = {path: result.generate_report() for path, result in found.items() if result.violations_count}
    assert told == {}, "\n".join(told.values())


def test_the_page_is_used_on_a_phone(desk: Desk, open_page: Opening):
    of_class = fill_everything(desk)
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    wide, small = {}, {}
    for path in PAGES:
        page.goto(path.replace("CLASS", of_class))
        page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
        low = page.evaluate(
            "[...document.querySelectorAll('main button, main select, main input:not([type=hidden]):not([type=radio])"
            ":not([type=checkbox])')].filter((one) => one.offsetParent && one.getBoundingClientRect().height < 24)"
            ".map((one) => one.outerHTML)"
        )
        if low:
            small[path] = low
    assert (wide, small) == ({}, {})
    page.goto("/queue?by=piece")
    page.get_by_role("link", name="warned").tap()
    page.locator("#act-approve > summary").tap()
    page.get_by_role("button", name="Approve exactly this").tap()
    expect(page.get_by_role("status")).to_have_text("Approved `warned rev 1`.")
