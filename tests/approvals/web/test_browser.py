"""The page in a real browser: keys, no keys, no JavaScript, a phone, and what axe has to say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import Page, expect

from approvals.store import load_piece
from tests.approvals.gate import a_piece, status_of
from tests.approvals.web.desk import OFFICERS, Desk, signed

if TYPE_CHECKING:
    from tests.page import Opening

LETTERS = [f"letter.{one.nmls}" for one in OFFICERS]
WARNED = a_piece("warned", body="The best.")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_a_class_is_approved_with_three_keys(desk: Desk, open_page: Opening):
    desk.fill(*[signed(one) for one in OFFICERS], WARNED)
    page = open_page()
    page.keyboard.press("j")
    assert focused(page) == "owners.email.a"
    page.keyboard.press("a")
    page.wait_for_url("**/batch?*")
    expect(page.get_by_role("heading", name="Decide 4 pieces at once")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve: 4 pieces")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Approved 4 pieces.")
    assert {status_of(desk.engine, piece) for piece in LETTERS} == {"approved"}
    assert status_of(desk.engine, "warned") == "pending"


def test_pieces_are_walked_opened_and_decided_with_keys(desk: Desk, open_page: Opening):
    desk.fill(a_piece("a", body="Talk."), a_piece("b", body="Talk now."), a_piece("c", body="Talk soon."))
    page = open_page()
    page.goto("/queue?by=piece")
    for key, at in (("j", "a"), ("j", "b"), ("j", "c"), ("j", "c"), ("k", "b"), ("k", "a"), ("k", "a")):
        page.keyboard.press(key)
        assert focused(page) == at
    page.keyboard.press("Enter")
    page.wait_for_url("**/pieces/a*")
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Approve exactly this")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/pieces/b*")
    expect(page.get_by_role("status")).to_have_text("Approved `a rev 1`.")
    page.keyboard.press("r")
    reason = page.locator("#reject-reason")
    expect(reason).to_be_focused()
    page.keyboard.type("jkare? too long")
    expect(reason).to_have_value("jkare? too long")
    page.get_by_role("button", name="Reject it").click()
    page.wait_for_url("**/pieces/c*")
    page.keyboard.press("e")
    page.wait_for_url("**/edit/c")
    page.get_by_label(re.compile("^Body")).fill("Talk with us sooner.")
    expect(page.locator("[data-count]")).to_have_text("20 of 6000 characters")
    page.get_by_role("button", name="Keep as rev 2").click()
    page.wait_for_url("**/pieces/c")
    expect(page.get_by_role("status")).to_have_text("`c rev 2` is screened and pending.")
    assert [status_of(desk.engine, piece) for piece in "abc"] == ["approved", "rejected", "pending"]
    page.keyboard.press("u")
    page.wait_for_url("**/queue?by=piece")


def test_keys_are_explained_and_can_be_turned_off(desk: Desk, open_page: Opening):
    desk.fill()
    page = open_page()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_be_visible()
    page.get_by_label("single keys work").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("j")
    assert focused(page) != "owners.email.a"
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("single keys work").check()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert focused(page) == "owners.email.a"
    page.keyboard.press("/")
    expect(page.get_by_label("Words or id")).to_be_focused()


def test_everything_is_done_without_javascript(desk: Desk, open_page: Opening):
    desk.fill(*[signed(one) for one in OFFICERS], WARNED)
    page = open_page(java_script_enabled=False)
    page.get_by_role("link", name="owners.email.a").first.click()
    page.get_by_role("link", name="Approve all", exact=True).click()
    page.get_by_role("button", name="Decide 4 pieces").click()
    expect(page.get_by_role("status")).to_have_text("Approved 4 pieces.")
    page.get_by_role("link", name="Single pieces").click()
    page.get_by_role("link", name="warned").click()
    page.locator("#act-reject > summary").click()
    page.locator("#reject-reason").fill("Who says so?")
    page.get_by_role("button", name="Reject it").click()
    expect(page.get_by_role("status")).to_have_text("Rejected `warned rev 1`.")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login")
    assert status_of(desk.engine, "warned") == "rejected"


def test_a_stray_click_does_not_lose_an_edit_and_a_second_click_sends_nothing(desk: Desk, open_page: Opening):
    desk.fill(WARNED)
    page = open_page()
    page.goto("/edit/warned")
    page.get_by_label(re.compile("^Body")).fill("Better.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Runs").click(no_wait_after=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    assert page.url.endswith("/edit/warned")
    page.get_by_role("button", name="Keep as rev 2").dblclick()
    page.wait_for_url("**/pieces/warned")
    assert load_piece(desk.engine, "warned").piece.revision == 2


def test_focus_is_seen_and_the_page_can_be_skipped_to(desk: Desk, open_page: Opening):
    desk.fill()
    page = open_page()
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the page")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
