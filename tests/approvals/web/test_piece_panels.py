"""What stands beside a piece: what the rules found, whence its numbers, and what changed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from approvals.web.previews import claims_table, difference, findings_panel
from campaign.claim import Binding, Claim, Provenance
from campaign.finding import Severity
from campaign.waiver import Waiver
from tests.approvals.gate import LENDER
from tests.approvals.web.inert import faults, seen
from tests.approvals.web.looks import FIELDS, ON_SHEET, finding, full, stored


def test_found_words_are_marked_and_beside_them_stands_what_why_and_what_instead():
    markup = str(findings_panel(stored(full("email"), finding("Rates have moved"))))
    assert '<mark class="pv-found pv-block" data-ends="1">Rates have moved</mark>' in markup
    text = seen(markup)
    for part in (
        "udap.forecast",
        "12 CFR 1026.24(i)",
        "Foretells rates; nobody can.",
        "Leave it out.",
        "blocks",
    ):
        assert part in text
    assert faults(markup) == []


def test_what_is_missing_and_what_is_no_text_is_listed_first():
    absent = finding(rule="nmls.id", message="Gives no NMLS id.", severity=Severity.WARN)
    aimed = finding(rule="ecoa.age", field="targeting", message="Aims at an age.")
    markup = str(findings_panel(stored(full("email"), absent, finding("Rates"), aimed)))
    assert markup.index("Gives no NMLS id.") < markup.index("<mark")
    assert markup.index("Aims at an age.") < markup.index("Gives no NMLS id.")
    assert "looked for in: Body" in seen(markup)
    assert "about: Targeting" in seen(markup)


def test_a_finding_in_a_text_that_is_gone_is_still_listed():
    markup = str(findings_panel(stored(full("email"), finding("Rates", field="headlines[9]"))))
    assert "Foretells rates" in markup


def test_a_waiver_shows_with_its_reason_and_only_for_this_content():
    one = stored(full("email"), finding("Rates"))
    held = {
        "rule": "udap.forecast", "piece": "p", "reason": "Says what happened, not what will", "by": "Ruth Calder",
        "issued": date(2026, 2, 26), "until": date(2026, 3, 3),
    }  # fmt: skip
    waived = one.model_copy(update={"waivers": (Waiver(content=one.content_hash, **held),)})
    other = one.model_copy(update={"waivers": (Waiver(content="0" * 64, **held),)})
    assert "Waived by Ruth Calder until 3 Mar 2026: Says what happened" in seen(str(findings_panel(waived)))
    assert "Waived" not in findings_panel(other)


def test_a_clean_piece_says_so():
    assert "No rule found anything" in findings_panel(stored(full("email")))


def test_a_value_is_told_with_its_record_its_inputs_its_end_and_where_it_stands():
    payment = Claim(
        slot="payment", kind="payment", text="$2,398.20", value=2398.2, valid_until=datetime(2026, 3, 5, 7, tzinfo=UTC),
        provenance=Provenance(source="calculation", reference="level payment, sheet s1 row 3", inputs={"rate": "6.000%"}),
    )  # fmt: skip
    name = Claim(
        slot="name",
        kind="name",
        text="Cedar",
        provenance=Provenance(source="lender", reference="lender.toml"),
    )
    piece = full("email", claims=(name, payment), bindings=(
        Binding(field="body", start=0, end=9, slot="payment"), Binding(field="headlines[1]", start=0, end=9, slot="payment"),
    ))  # fmt: skip
    markup = str(claims_table(stored(piece), LENDER.zone))
    for part in (
        "$2,398.20",
        "level payment, sheet s1 row 3",
        "6.000%",
        "5 Mar 2026, 02:00 EST",
        "Headline 2",
        "does not age",
    ):
        assert part in seen(markup), part
    assert markup.index("$2,398.20") < markup.index("Cedar"), "what ages comes first"
    assert "nowhere" in seen(markup)


def test_bare_text_says_that_nothing_is_bound():
    assert "bare text" in claims_table(stored(full("email")))
    assert "rests on a record" in claims_table(stored(full("email", claims=())))


def test_a_difference_tells_words_values_findings_states_and_targeting():
    rate = Claim(slot="rate", kind="rate", text="6.125%", provenance=ON_SHEET)
    before = stored(
        full("email", states=("CA", "TX"), targeting={"age_min": 18}, claims=(rate,)), finding("Rates")
    )
    after = stored(
        full("email", revision=2, states=("CA", "WA"), targeting={"age_min": 21}, claims=(rate.model_copy(update={"text": "6.250%"}),))
        .model_copy(update={"fields": {**FIELDS, "subject": "A calm rate review"}}),
        finding("Rates"), finding(rule="nmls.id", message="Gives no NMLS id."),
    )  # fmt: skip
    markup = str(difference(before, after))
    text = seen(markup)
    assert "A [added: calm ]rate review" in text
    assert "States: [removed: TX] [added: WA]" in text
    assert "Targeting: age_min: [was: 18] [now: 21]" in text
    assert "6.125% (rate sheet: sheet s1 row 3)" in text
    assert "6.250% (rate sheet: sheet s1 row 3)" in text
    assert "nmls.id" in text
    assert "udap.forecast" not in text, "what was found before and after is no change"
    assert "Unchanged: " in text
    assert faults(markup) == []


def test_a_finding_that_is_gone_is_told():
    markup = difference(stored(full("email"), finding("Rates")), stored(full("email", revision=2)))
    assert re.search(r"gone</span> <code>udap\.forecast", markup)


def test_a_first_revision_has_nothing_to_differ_from():
    assert "Nothing came before" in difference(None, stored(full("email")))
