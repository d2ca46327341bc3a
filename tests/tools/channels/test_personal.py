"""Personal slots: a name is a name, an address is an address, and nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.channels.personal import (
    deliverable,
    greeting_name,
    is_rendering_of,
    merge,
    open_slots,
    slot_of,
    unsubscribe_token,
)


@pytest.mark.parametrize(
    ("recorded", "shown"),
    [
        ("Ann", "Ann"),
        ("  Mary   Jo ", "Mary Jo"),
        ("ZOË", "Zoë"),
        ("DJ", "DJ"),
        ("Jean-Luc", "Jean-Luc"),
        ("D’Arcy", "D’Arcy"),
        ("Nguyễn", "Nguyễn"),
        ("美玲", "美玲"),
        ("", "there"),
        ("   ", "there"),
        ("-", "there"),
        ("Ann\r\nBcc: all@x.example", "there"),
        ("<script>alert(1)</script>", "there"),
        ("{{unsubscribe_url}}", "there"),
        ("evil.example", "there"),
        ("https://evil.example", "there"),
        ("5.9%", "there"),
        ("A" * 41, "there"),
        ("Ann\u202eevil", "there"),
        ("Ann\x00", "there"),
    ],
)
def test_a_name_is_shown_as_a_name_or_not_at_all(recorded: str, shown: str) -> None:
    assert greeting_name(recorded) == shown


@given(st.text())
def test_no_record_can_put_markup_digits_or_line_breaks_into_a_letter(recorded: str) -> None:
    name = greeting_name(recorded)
    assert not set(name) & set('<>&"{}@:/.\r\n\t0123456789')
    assert 0 < len(name) <= 80


@pytest.mark.parametrize(
    ("address", "takes"),
    [
        ("ann@one.example", True),
        ("ann+home@mail.one.example", True),
        ("o'neil@one.example", True),
        ("ann@one.example\r\nBcc: x@y.example", False),
        ("ann@one.example, bob@two.example", False),
        ("Ann <ann@one.example>", False),
        ("ann@@one.example", False),
        ("ann..x@one.example", False),
        ("ann@localhost", False),
        ("zoë@one.example", False),
        ("", False),
        ("a" * 250 + "@one.example", False),
    ],
)
def test_only_a_bare_address_is_written_to(address: str, takes: bool) -> None:
    assert deliverable(address) is takes


def test_one_mailbox_is_one_slot_and_a_token_names_nobody() -> None:
    assert slot_of("Ann@One.example ") == slot_of("ann@one.example")
    assert slot_of("ann@one.example") != slot_of("bob@one.example")
    token = unsubscribe_token("c-1", "r-1")
    assert token == unsubscribe_token("c-1", "r-1")
    assert len({token, unsubscribe_token("c-2", "r-1"), unsubscribe_token("c-1", "r-2")}) == 3
    assert "c-1" not in token


VALUES = {"first_name": "Ann", "unsubscribe_url": "https://x.example/u/1"}


def test_values_are_filled_once_and_never_read_for_slots() -> None:
    assert merge("Hi {{ first_name }}, {{unsubscribe_url}}", VALUES) == "Hi Ann, https://x.example/u/1"
    assert merge("{{first_name}}", {"first_name": "{{unsubscribe_url}}"}) == "{{unsubscribe_url}}"


def test_a_slot_that_is_not_personal_is_named() -> None:
    assert open_slots("Hi {{first_name}}") == ()
    assert open_slots("at {{rate}} today") == ("rate",)
    assert open_slots("at {{Rate}} today") == ("{{",)


@given(st.text(), st.text(), st.integers(min_value=0))
def test_any_change_besides_personal_values_is_seen(before: str, after: str, place: int) -> None:
    approved = f"{before}{{{{first_name}}}}{after}"
    merged = merge(approved, VALUES)
    assert is_rendering_of(merged, approved, VALUES)
    at = place % (len(merged) + 1)
    assert not is_rendering_of(merged[:at] + "\u2603" + merged[at:] + "x", approved, VALUES)
    assert not is_rendering_of(merged[:-1], approved, VALUES)
