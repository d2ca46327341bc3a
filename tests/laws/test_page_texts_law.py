"""The approvers' page attacked by the words it shows: no script but ours, in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from approvals.runs import Run, start_run
from approvals.store import submit
from campaign.brief import Brief
from campaign.claim import Binding, Claim, Provenance
from campaign.finding import Finding, Severity
from campaign.lender import Person
from campaign.piece import Partner, Piece, Speaker
from tests.approvals.gate import AT, a_piece
from tests.approvals.web.desk import STAFFED, Desk, Visitor, saying, value
from tests.approvals.web.inert import ADDRESS, HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

    from tests.page import Opening


NASTY = HOSTILE + " {{1234*5678}} ${1234*5678} {% if 1 %25} {{ ''.__class__.__mro__ }} {{ config }}"


def nasty_desk(desk: Desk) -> None:
    """Hostile text in every field that a person or a file can fill."""
    name = f"Eve {HOSTILE}"[:110]
    people = (*STAFFED.people, Person(name=name, role="compliance"))
    desk.lender = STAFFED.model_copy(
        update={
            "people": people,
            "name": f"Lender {NASTY}",
            "url": 'https://x.test/"><script>window.hit=1</script>',
        }
    )
    brief = Brief(goal=NASTY, budget_usd=10_000, starts=AT.date(), ends=AT.date() + timedelta(days=60))
    run = Run(run_id="run-1", brief=brief, as_of=AT, sheet_id=NASTY, created_at=AT)
    start_run(desk.engine, run, by=NASTY, at=AT)
    claim = Claim(
        slot="rate", kind="rate", text=NASTY, value=6.125, valid_until=AT + timedelta(days=2),
        provenance=Provenance(source="rate_sheet", reference=NASTY, inputs={NASTY: NASTY}),
    )  # fmt: skip
    fields = {"subject": NASTY, "preheader": NASTY, "headline": NASTY, "body": NASTY, "cta": NASTY, "footer": NASTY,
              "landing_url": ADDRESS, "description": NASTY}  # fmt: skip
    many: dict[str, Any] = {"headlines": (NASTY, NASTY), "descriptions": (NASTY,)}
    for channel in ("email", "google_search", "meta", "linkedin", "zillow", "sms", "flyer", "web", NASTY):
        piece = Piece(
            piece_id="nasty." + (channel if channel != NASTY else "other"), channel=channel, authors=(NASTY,),
            products=(NASTY,), states=(NASTY,), fields=many if channel == "google_search" else fields,
            originator=Speaker(name=NASTY, nmls=NASTY), partner=Partner(name=NASTY, kind=NASTY),
            targeting={NASTY: [NASTY]}, claims=(claim,),
            bindings=() if channel == "google_search" else (Binding(field="body", start=0, end=len(NASTY), slot="rate"),),
        )  # fmt: skip
        finding = Finding(
            rule=NASTY, severity=Severity.WARN, citation=NASTY, field=next(iter(piece.fields)), start=0, end=9,
            excerpt=NASTY[:9], message=NASTY, fix=NASTY,
        )  # fmt: skip
        submit(
            desk.engine, piece, run_id="run-1", placement_id=NASTY, master_id=NASTY, segment=NASTY, angle=NASTY,
            findings=(finding,), pack_version=NASTY, sheet_id=NASTY, survey_rate=6.0, lender=desk.lender, at=AT,
        )  # fmt: skip
    desk.rules.version = NASTY


def nasty_acts(visitor: Visitor) -> None:
    """Hostile words in everything a person can say."""
    visitor.act("nasty.email", "comment", words=NASTY)
    visitor.act("nasty.meta", "waive", rule=NASTY, reason=NASTY, until="2026-03-10")
    visitor.act("nasty.linkedin", "approve", reason=NASTY)
    visitor.act("nasty.zillow", "reject", reason=NASTY)
    visitor.act("nasty.sms", "return", reason=NASTY)
    visitor.act("nasty.flyer", "withdraw", reason=NASTY)
    shown = visitor.get("/edit/nasty.web").text
    seen = {name: value(shown, name) for name in ("csrf", "seen", "pack")}
    visitor.send("/edit/nasty.web", {**seen, "text.body": "x " + NASTY, "reason": NASTY})
    visitor.send("/pause", {"reason": NASTY})


PLACES = [
    "/queue", "/queue?by=piece&status=any", "/queue?text=X", "/queue?verdict=X", "/queue?run=X", "/queue?status=X",
    "/pieces/nasty.email", "/pieces/nasty.google_search", "/pieces/nasty.meta", "/pieces/nasty.linkedin",
    "/pieces/nasty.zillow", "/pieces/nasty.sms", "/pieces/nasty.flyer", "/pieces/nasty.web", "/pieces/nasty.web?revision=1",
    "/pieces/nasty.other", "/pieces/X", "/edit/nasty.web", "/edit/nasty.google_search", "/batch?channel=email",
    "/batch?text=X", "/recall?text=X", "/recall", "/pause", "/account", "/nowhere/X", "/classes/X", "/runs",
    "/runs/run-1", "/ledger", "/audit", "/letters/nasty.email/1",
]  # fmt: skip


def test_no_text_acts_in_a_browser(desk: Desk, open_page: Opening):
    nasty_desk(desk)
    nasty_acts(desk.person())
    page = open_page(desk.lender.people[-1].name)
    spoken = watch(page)
    found: dict[str, Any] = {}
    for place in PLACES:
        answer = page.goto(place.replace("X", quote(NASTY[:180], safe="")))
        assert answer is not None
        if answer.status >= 500 or (answer.status >= 400) is not ("X" in place.partition("?text=")[0]):
            found[place] = answer.status
        if not place.startswith("/letters"):  # which shows the letter alone
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for element in page.query_selector_all("main [title], main a, main summary")[:12]:
            element.dispatch_event("mouseover")
        acted = page.evaluate(
            "({hit: window.hit, scripts: [...document.scripts].map((one) => one.getAttribute('src')),"
            " planted: document.querySelectorAll('[onload],[onerror],[onmouseover],img[src=x],a[href^=javascript]').length})"
        )
        expected = [] if place.startswith("/letters") else ["/static/desk.js"]
        if acted.get("hit") is not None or acted["planted"] or acted["scripts"] != expected:
            found[place] = acted
        if "7006652" in page.content():
            found[place] = "something was worked out"
    assert found == {}
    assert spoken == []


def watch(page: Page) -> list[str]:
    """Everything that a script would cause, or that the policy had to stop."""
    spoken: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        spoken.append(dialog.message)
        dialog.dismiss()

    def hear(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            spoken.append(said.text)

    def follow(request: Request) -> None:
        if not request.url.startswith(page.url[:20]):
            spoken.append(request.url)

    page.on("dialog", dismiss)
    page.on("popup", lambda popup: spoken.append(popup.url))
    page.on("console", hear)
    page.on("request", follow)
    return spoken


def test_templates_in_copy_are_shown_and_not_worked_out(desk: Desk):
    desk.fill(a_piece("letter", body="Pay {{7*7}} or {% if 1 %}so{% endif %} {{ person }} {{csrf}}."))
    visitor = desk.person()
    for path in ("/pieces/letter", "/edit/letter"):
        page = visitor.text(path)
        assert "{% if 1 %}so{% endif %}" in page
        assert "{{7*7}}" in page
        assert "Pay 49" not in saying(page)
