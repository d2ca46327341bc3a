"""A lender's record: what each kind may hold, and where a fault stands in the file."""

from __future__ import annotations

from datetime import date

import pytest

from campaign.errors import Unreadable
from campaign.lender import Lender, parse_lender
from campaign.licensing import Charter, License, TradeName

HEAD = """[lender]
name = "Elm Street Company"
nmls = "1234567"
kind = "{kind}"
address = "1 Elm Street, Boise, ID 83702"
"""
CHARTER = """
[charter]
granted_by = "{granted_by}"
regulator = "{regulator}"
insurer = "{insurer}"
"""


def lender(kind: str, more: str = "") -> Lender:
    return parse_lender(HEAD.format(kind=kind) + more)


@pytest.mark.parametrize(
    ("kind", "depository", "insurer", "words"),
    [
        ("independent_mortgage_bank", False, "none", "Equal Housing Opportunity"),
        ("broker", False, "none", "Equal Housing Opportunity"),
        ("bank_fdic", True, "FDIC", "Equal Housing Lender"),
        ("bank_member", True, "FDIC", "Equal Housing Lender"),
        ("bank_occ", True, "FDIC", "Equal Housing Lender"),
        ("savings_association", True, "FDIC", "Equal Housing Lender"),
        ("credit_union", True, "NCUA", "Equal Housing Lender"),
    ],
)
def test_a_record_that_says_only_its_kind_has_what_the_kind_usually_has(kind, depository, insurer, words):
    known = lender(kind)
    assert known.is_depository is depository
    assert known.insurer == insurer
    assert known.equal_housing == words


def test_words_that_the_record_gives_stand():
    own = HEAD.format(kind="bank_fdic") + 'equal_housing = "Equal Housing Opportunity"\n'
    assert parse_lender(own).equal_housing == "Equal Housing Opportunity"


@pytest.mark.parametrize(
    ("kind", "granted_by", "insurer", "says"),
    [
        ("broker", "state", "FDIC", "has licences and no charter"),
        ("bank_fdic", "federal", "FDIC", "granted by `state`"),
        ("bank_occ", "state", "FDIC", "granted by `federal`"),
        ("savings_association", "federal", "NCUA", "is FDIC"),
        ("credit_union", "federal", "private", "is NCUA"),
        ("credit_union", "state", "FDIC", "is NCUA or private"),
    ],
)
def test_a_charter_that_does_not_fit_the_kind_is_refused_with_its_line(kind, granted_by, insurer, says):
    charter = CHARTER.format(granted_by=granted_by, regulator="The regulator", insurer=insurer)
    with pytest.raises(Unreadable, match=says) as refused:
        lender(kind, charter)
    assert "lender.toml:7" in str(refused.value)


def test_a_depository_lends_where_its_charter_says():
    charter = CHARTER.format(granted_by="state", regulator="FDIC", insurer="FDIC") + 'states = ["WI", "IA"]\n'
    assert lender("bank_fdic", charter).licensed_states(date(2026, 11, 24)) == ("IA", "WI")


def test_trade_names_are_texts_or_tables():
    old = HEAD.format(kind="broker") + 'trade_names = ["Elm Home Loans"]\n'
    assert parse_lender(old).trade_names == (TradeName(name="Elm Home Loans"),)
    new = '\n[[trade_names]]\nname = "Elm Home Loans"\nstates = ["ID", "UT"]\n'
    assert lender("broker", new).trade_names == (TradeName(name="Elm Home Loans", states=("ID", "UT")),)


BRANCHES = """
[[branches]]
name = "Elm Nampa"
nmls = "7654321"
address = "2 Front Street, Nampa, ID 83651"
states = ["ID"]

[[branches]]
name = "Elm Moab"
nmls = "{nmls}"
address = "3 Rim Road, Moab, UT 84532"
states = ["{state}"]

[[originators]]
name = "Ann Reed"
nmls = "2000001"

[[originators]]
name = "Sam Ortiz"
nmls = "2000002"
branch = "{branch}"
"""


@pytest.mark.parametrize(
    ("changes", "line", "says"),
    [
        ({"nmls": "7654321"}, 15, "is the id of Elm Nampa"),
        ({"nmls": "1234567"}, 15, "is the id of the company"),
        ({"state": "UX"}, 17, "no postal code"),
        ({"branch": "7654399"}, 26, "no branch on record"),
    ],
)
def test_a_fault_in_a_roster_is_told_with_the_line_of_its_own_entry(changes, line, says):
    right = {"nmls": "7654322", "state": "UT", "branch": "7654322"}
    assert lender("broker", BRANCHES.format(**right)).branches[1].states == ("UT",)
    with pytest.raises(Unreadable, match=says) as refused:
        lender("broker", BRANCHES.format(**right | changes))
    assert f"lender.toml:{line}" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "activities", "brokers_only"),
    [
        ("Mortgage Broker License", (), True),
        ("Registered Mortgage Broker", (), True),
        ("Mortgage Broker/Lender License", (), False),
        ("Mortgage Banker-Broker License", (), False),
        ("California Real Estate Broker License", (), False),
        ("Mortgage Company License", (), False),
        ("Mortgage Company License", ("broker",), True),
        ("Mortgage Broker License", ("broker", "lend"), False),
    ],
)
def test_a_licence_tells_whether_its_holder_may_only_broker(kind, activities, brokers_only):
    held = License(
        number="1", type=kind, regulator="The regulator", expires=date(2026, 12, 31), activities=activities
    )
    assert held.brokers_only is brokers_only


def test_a_copy_with_changes_is_another_lender():
    first = lender("broker")
    second = first.model_copy(update={"trade_names": (TradeName(name="Elm Home Loans"),)})
    assert first != second
    assert len({first, second, lender("broker")}) == 2


def test_what_a_silent_record_counts_as():
    assert lender("credit_union").federally_chartered
    state = Charter(granted_by="state", regulator="The state's", insurer="NCUA")
    assert not lender("credit_union").model_copy(update={"charter": state}).federally_chartered
