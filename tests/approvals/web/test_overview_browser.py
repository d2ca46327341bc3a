"""Previews and overview in a real browser: what axe says, a phone, the letter's frame, and texts that act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from approvals.releases import releases_due
from approvals.web.previews import claims_table, difference, findings_panel, piece_preview
from approvals.web.previews.letters import letter_document
from campaign.channel import Channel
from tests.approvals.gate import AT, a_piece, approve, ledger, submit
from tests.approvals.web.desk import Desk
from tests.approvals.web.hostile_pieces import everywhere
from tests.approvals.web.inert import HOSTILE
from tests.approvals.web.looks import full
from tests.approvals.web.street import a_run

if TYPE_CHECKING:
    from tests.page import Opening

PATHS = (
    "/runs", "/runs/run-1", "/ledger", "/ledger?show=in_doubt", "/ledger?channel=sms", "RELEASE", "/audit",
    "/audit?words=nothing+of+the+kind", *(f"/pieces/as.{channel.value}" for channel in Channel),
)  # fmt: skip


def fill(desk: Desk) -> str:
    """Everything these pages can show; the address of a release."""
    a_run(desk.engine, words="Spring season")
    for channel in Channel:
        piece = full(channel.value).model_copy(update={"piece_id": f"as.{channel.value}"})
        submit(desk.engine, piece)
    submit(desk.engine, a_piece("letter", body="The best, {{first_name}}."))
    approve(desk.engine, "letter")
    (one,) = releases_due(desk.engine)
    books = ledger(desk.engine)
    for slot in ("s1", "s2", "s3"):
        books.claim(one, slot, at=AT)
        books.submitting(one, slot, at=AT)
    books.deliver(one, "s1", target="/outbox/letter/s1.eml", at=AT)
    books.abandon(one, "s2", reason="no such mailbox", at=AT)
    return f"/ledger/{one.release_id}"


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true; })")


LIGHT: dict[str, Any] = {"resultTypes": ["violations"], "iframes": False}
DARK = LIGHT | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
IN_THE_DARK = (
    *PATHS[:7],
    "/pieces/as.google_search",
    "/pieces/letter",
)  # looks stay light, only colours change


@pytest.mark.parametrize(
    ("scheme", "paths", "options"),
    [("light", PATHS, LIGHT), ("dark", IN_THE_DARK, DARK)],
    ids=["light", "dark"],
)
def test_axe_finds_nothing_on_any_of_these_pages(
    desk: Desk, open_page: Opening, scheme: str, paths: tuple[str, ...], options: dict[str, Any]
):
    release = fill(desk)
    page = open_page(color_scheme=scheme)
    told: dict[str, Any] = {}
    for path in paths:
        page.goto(path.replace("RELEASE", release))
        unfold(page)
        found = Axe().run(page, options=options)
        if found.violations_count:
            told[path] = found.generate_report()
    assert told == {}, "\n".join(told.values())


def test_none_of_these_pages_is_wider_than_a_phone(desk: Desk, open_page: Opening):
    release = fill(desk)
    page = open_page(width=390, height=844, has_touch=True, is_mobile=True)
    wide = {}
    for path in PATHS:
        page.goto(path.replace("RELEASE", release))
        unfold(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[path] = width
    assert wide == {}


def test_the_letter_is_shown_with_its_own_styles_and_can_do_nothing(desk: Desk, open_page: Opening):
    body = f"Talk with us, {{{{first_name}}}}. {HOSTILE}"
    desk.fill(a_piece("letter", body=body))
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/pieces/letter")
    frame = page.frame_locator("iframe.pv-letter")
    chip = frame.get_by_text("Jordan", exact=True)
    expect(chip).to_be_visible()
    assert chip.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(253, 241, 216)"
    expect(frame.get_by_text("window.hit = 1").first).to_be_visible()
    assert page.evaluate("window.hit") is None
    assert {address.split("/")[2] for address in asked} == {page.url.split("/")[2]}, (
        "nothing was fetched elsewhere"
    )


def test_see_more_opens_the_rest_of_a_post_without_any_script(desk: Desk, open_page: Opening):
    post = "A first line that stands above the fold. " * 6 + "The very last words."
    desk.fill(a_piece("post", body=post, channel="linkedin"))
    page = open_page(java_script_enabled=False)
    page.goto("/pieces/post")
    hidden = page.locator(".pv-more .pv-post")
    expect(hidden).to_be_hidden()
    page.get_by_text("see more").click()
    expect(hidden).to_contain_text("The very last words.")
    expect(hidden).to_be_visible()


@pytest.mark.parametrize("channel", [channel.value for channel in Channel])
def test_hostile_texts_do_nothing_even_where_no_policy_forbids_it(browser: Any, channel: str):
    """Without any policy a browser would run whatever was not escaped."""
    one = everywhere(channel)
    before = one.model_copy(update={"piece": full(channel)})
    parts = [
        piece_preview(one),
        findings_panel(one),
        claims_table(one),
        difference(before, one),
        difference(one, before),
    ]
    page = browser.new_page()
    page.set_content("".join(str(part) for part in (*parts, letter_document(one.piece, ""))))
    unfold_all = "document.querySelectorAll('*').forEach((one) => one.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})))"
    page.evaluate(unfold_all)
    page.wait_for_timeout(50)
    assert page.evaluate("window.hit") is None
    assert page.locator("script").count() == 0
    assert "window.hit = 1" in page.inner_text("body")
    page.close()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("30-year rates and Fed meetings", ("polyline.rc-survey", "polyline.rc-offered", "path.rc-planned")),
        ("What a move of rates would bring", ("polyline.rc-survey", "rect.fc-bar", "path.fc-interval")),
    ],
)
def test_the_charts_are_drawn_and_every_part_of_them_is_seen(
    desk: Desk, open_page: Opening, name: str, parts: tuple[str, ...]
):
    a_run(desk.engine)
    page = open_page()
    page.goto("/runs/run-1")
    chart = page.get_by_role("img", name=name)
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box
    for selector in parts:
        part = chart.locator(selector).first.bounding_box()
        assert part, selector
        assert box["x"] <= part["x"] <= box["x"] + box["width"], selector
        assert box["y"] <= part["y"] <= box["y"] + box["height"], selector
