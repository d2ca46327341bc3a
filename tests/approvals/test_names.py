"""Names of people and things, as they are compared and as they are answered."""

from __future__ import annotations

import pytest

from approvals.names import fold, person_name, unknown_name
from campaign.errors import BadInput


@pytest.mark.parametrize(
    "other", ["wren hale", " Wren   Hale ", "WREN HALE", "Ｗren Hale", "Wren\u200b Hale", "Wren\u00a0Hale"]
)
def test_the_same_person_is_known_however_the_name_is_typed(other: str):
    assert fold(other) == fold("Wren Hale")


def test_another_person_is_another():
    assert fold("Wren Hall") != fold("Wren Hale")


@pytest.mark.parametrize("nobody", ["", "   ", "123", "---", "\x00", "Ruth\x1b[31m", "\udcff", "R" * 121])
def test_a_name_that_names_nobody_is_refused(nobody: str):
    with pytest.raises(BadInput, match="names nobody") as stopped:
        person_name(nobody)
    str(stopped.value).encode("utf-8")


def test_a_name_is_kept_on_one_line():
    assert person_name("  Ruth \n Calder ") == "Ruth Calder"


def test_near_names_are_offered_and_far_ones_are_not():
    known = ["owners.email.a", "owners.email.b", "movers.meta.a"]
    assert "`owners.email.a`" in str(unknown_name("piece", "owner.email.a", known, "Run `vallum queue`."))
    assert "Run `vallum queue`." in str(unknown_name("piece", "zzz", known, "Run `vallum queue`."))
