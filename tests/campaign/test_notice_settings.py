"""The `[calendar]` and `[notices]` tables of lender.toml, and the sentences for what they cannot hold."""

from __future__ import annotations

from datetime import date, time

import pytest

from campaign.errors import Unreadable
from campaign.lender import Person, parse_lender
from campaign.lender_settings import mailbox
from campaign.notice_settings import NoticeSettings
from tools.workspace import EXAMPLE_LENDER

HEAD = '[lender]\nname = "Elm Bank"\nnmls = "1999901"\naddress = "1 Elm Street, Boise"\n'
PEOPLE = '[[people]]\nname = "Ada Lim"\nrole = "admin"\nemail = "ada@elm.example"\n'


def test_a_lender_that_says_nothing_works_from_nine_to_five_and_tells_its_admins():
    lender = parse_lender(HEAD)
    assert (lender.calendar.opens, lender.calendar.closes, lender.calendar.holidays) == (
        time(9),
        time(17),
        "federal",
    )
    assert lender.notices == NoticeSettings()


def test_both_tables_are_read():
    lender = parse_lender(
        HEAD
        + PEOPLE
        + '[calendar]\ndays = ["mon", "sat"]\nopens = "08:30"\ncloses = 18:00:00\nholidays = "none"\n'
        'extra_closed = [2026-11-27]\n[notices]\nemail = ["desk@elm.example"]\nwebhook_url_env = "HOOK_URL"\n'
        'webhook_secret_env = "HOOK_SECRET"\nbefore_hours = 4\ndigest_hours = 12\nescalate_to = ["ada lim", "admin"]\n'
    )
    assert lender.calendar.days == ("mon", "sat")
    assert (lender.calendar.opens, lender.calendar.closes) == (time(8, 30), time(18))
    assert lender.calendar.extra_closed == (date(2026, 11, 27),)
    assert lender.notices.email == ("desk@elm.example",)
    assert (lender.notices.before_hours, lender.notices.digest_hours) == (4, 12)


@pytest.mark.parametrize(
    ("tables", "line", "said"),
    [
        ("[calendar]\nopens = 9\n", 6, 'write it as "09:00"'),
        ('[calendar]\nopens = "25:00"\n', 6, "is no time of day"),
        ('[calendar]\nopens = "10:00"\ncloses = "09:00"\n', 7, "is not after the office opens at 10:00"),
        ('[calendar]\nholidays = "bank"\n', 6, "'federal' or 'none'"),
        ('[calendar]\ndays = ["monday"]\n', 6, "'mon'"),
        ("[calendar]\nlunch = true\n", 6, "is no key of lender.toml"),
        ('[notices]\nemail = ["ada at elm"]\n', 6, "is no e-mail address"),
        ('[notices]\nwebhook_url_env = "https://hooks.example/x"\n', 6, "no name of an environment variable"),
        ('[notices]\nbefore_hours = 2\nwebhook_url_env = "HOOK_URL"\n', 5, "a webhook needs one"),
        ('[notices]\nescalate_to = ["Bob"]\n' + PEOPLE, 6, "`Bob` is neither a role nor one of the people"),
        ("[notices]\ndigest_hours = 0\n", 6, "greater than or equal to 1"),
        ('[[people]]\nname = "Ada"\nrole = "admin"\nemail = "ada"\n', 8, "is no e-mail address"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_line(tables, line, said):
    with pytest.raises(Unreadable) as refused:
        parse_lender(HEAD + tables)
    assert f"lender.toml:{line}:" in str(refused.value)
    assert said in str(refused.value)


def test_a_role_that_nobody_holds_may_still_be_escalated_to():
    lender = parse_lender(HEAD + PEOPLE.replace("admin", "marketer"))
    assert lender.notices.escalate_to == ("admin",)
    assert lender.notices.heard_by("admin", lender.people) == ()


def test_people_are_found_by_role_or_by_name_whatever_its_case():
    people = (Person(name="Ada Lim", role="admin"), Person(name="Bo Ek", role="admin"))
    settings = NoticeSettings()
    assert settings.heard_by("admin", people) == people
    assert settings.heard_by(" ADA lim", people) == people[:1]
    assert settings.heard_by("compliance", people) == ()


@pytest.mark.parametrize("address", ["a@b", "ann.x+y@cedar.example", "o'neil@x-y.example"])
def test_addresses_that_can_be_written_to(address):
    assert mailbox(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a..b@x.y", ".a@x", "a@x..y", "a@-x", "a b@x", "é@x.y", "a@x\n", "<a@b>", "a,b@c", "a" * 251 + "@x.y"],
)  # fmt: skip
def test_addresses_that_cannot(address):
    with pytest.raises(ValueError, match="no e-mail address"):
        mailbox(address)


def test_the_example_lender_shows_both_tables():
    text = EXAMPLE_LENDER.read_text(encoding="utf-8")
    assert "\n[calendar]\n" in text
    assert "\n[notices]\n" in text
    assert parse_lender(text).notices.escalate_to == ("admin",)
