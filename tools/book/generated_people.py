"""People of the example book: fictitious names, addresses that nobody has, numbers kept for fiction.

Names come from two short lists, e-mail addresses end in domains reserved for examples (RFC 2606), telephone
numbers are 555-0100 to 555-0199, and ZIP codes only share their first three digits with the state.
"""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from campaign.lender import Lender
from tools.book.distributions import Numbers, Words
from tools.book.generated_loans import Days

FIRST_NAMES = (
    "Aaron Abigail Adrian Alice Amara Andre Anita Beatriz Benjamin Brianna Caleb Camila Carlos Celeste "
    "Chloe Clara Damon Daniela Darius Deepa Diego Dmitri Elena Elias Emeka Erin Esther Farah Felix Fiona "
    "Gabriel Grace Hana Hassan Helen Hiro Imani Ines Isaac Jamal Jasmine Joel Julia Kofi Lars Leila Liam "
    "Lucas Mabel Malik Marta Mei Miguel Nadia Naomi Nikhil Nora Olivia Omar Owen Paula Priya Quinn Rafael "
    "Rosa Ruth Samir Sofia Tariq Tessa Theo Uma Victor Wanda Wei Xavier Yara Yusuf Zoe"
).split()
LAST_NAMES = (
    "Abbott Acosta Adeyemi Alder Anand Aoki Archer Baird Banerjee Barlow Becker Bell Bianchi Boyd "
    "Calloway Castillo Chaudhry Chen Cho Clement Costa Crane Dalton Danso Delgado Dimitriou Dunn Eaton "
    "Ellis Escobar Farrow Fischer Fontaine Garrison Gill Gomez Hale Haddad Hansen Hollis Ibarra Ito "
    "Jansen Jordan Kaplan Kaur Keller Kim Kowalski Lang Lindqvist Lopez Mahmoud Marsh Mbeki Mercer Moreau "
    "Nakamura Navarro Nguyen Novak Obi Okafor Olsen Ortega Park Patel Pereira Quigley Ramos Reyes Rossi "
    "Sato Shah Silva Sorensen Tanaka Thorne Tran Ueda Vargas Vance Walker Wren Xu Yamada Yilmaz Zeller"
).split()
DOMAINS = ("example.com", "example.net", "example.org", "mail.example")
_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles",
)  # fmt: skip
STATE_FACTS: dict[str, tuple[str, str, str]] = {
    "AK": ("995", "907", "America/Anchorage"), "AL": ("352", "205", _CENTRAL), "AR": ("722", "501", _CENTRAL),
    "AZ": ("850", "602", "America/Phoenix"), "CA": ("900", "213", _PACIFIC), "CO": ("802", "303", _MOUNTAIN),
    "CT": ("061", "203", _EAST), "DC": ("200", "202", _EAST), "DE": ("198", "302", _EAST),
    "FL": ("331", "305", _EAST), "GA": ("303", "404", _EAST), "HI": ("968", "808", "Pacific/Honolulu"),
    "IA": ("503", "515", _CENTRAL), "ID": ("837", "208", "America/Boise"), "IL": ("606", "312", _CENTRAL),
    "IN": ("462", "317", "America/Indiana/Indianapolis"), "KS": ("672", "316", _CENTRAL),
    "KY": ("402", "502", _EAST), "LA": ("701", "504", _CENTRAL), "MA": ("021", "617", _EAST),
    "MD": ("212", "410", _EAST), "ME": ("041", "207", _EAST), "MI": ("482", "313", "America/Detroit"),
    "MN": ("554", "612", _CENTRAL), "MO": ("631", "314", _CENTRAL), "MS": ("392", "601", _CENTRAL),
    "MT": ("591", "406", _MOUNTAIN), "NC": ("282", "704", _EAST), "ND": ("581", "701", _CENTRAL),
    "NE": ("681", "402", _CENTRAL), "NH": ("031", "603", _EAST), "NJ": ("071", "201", _EAST),
    "NM": ("871", "505", _MOUNTAIN), "NV": ("891", "702", _PACIFIC), "NY": ("112", "212", _EAST),
    "OH": ("432", "614", _EAST), "OK": ("731", "405", _CENTRAL), "OR": ("972", "503", _PACIFIC),
    "PA": ("191", "215", _EAST), "RI": ("029", "401", _EAST), "SC": ("292", "803", _EAST),
    "SD": ("571", "605", _CENTRAL), "TN": ("372", "615", _CENTRAL), "TX": ("770", "713", _CENTRAL),
    "UT": ("841", "801", _MOUNTAIN), "VA": ("232", "804", _EAST), "VT": ("054", "802", _EAST),
    "WA": ("981", "206", _PACIFIC), "WI": ("532", "414", _CENTRAL), "WV": ("253", "304", _EAST),
    "WY": ("820", "307", _MOUNTAIN),
}  # fmt: skip
"""By state: first three digits of its largest city's ZIP codes, an area code, the zone most live in."""
LOANS_PER_OFFICER = 650
LEAST_OFFICERS = 3
PARTNER_KINDS = {"agent": 0.72, "builder": 0.12, "planner": 0.16}
FIRST_OFFICER_NMLS = 1_970_001
"""Fictitious individual ids count up from here."""

People = dict[str, NDArray[np.generic]]
Licensed = dict[str, tuple[str, ...]]
"""Ids of the officers licensed in each state."""


def draw_contacts(kinds: Words, states: Words, rng: Generator, *, prefix: str, officers: Licensed) -> People:
    """Name, address, number, place and loan officer of as many people as there are states given.

    Args:
        kinds: kind of contact of each. states: postal code of each. rng: the source of chance.
        prefix: letters before their numbers, for example `C`.
        officers: ids of the officers licensed in each state.
    """
    count = states.size
    first = rng.choice(FIRST_NAMES, size=count)
    last = rng.choice(LAST_NAMES, size=count)
    domain = rng.choice(DOMAINS, size=count)
    number = np.arange(1, count + 1)
    line, street = rng.integers(0, 100, count), rng.integers(1, 100, count)
    facts = [STATE_FACTS[str(state)] for state in states]
    email = [
        f"{a}.{b}.{prefix}{n}@{d}".lower()
        for a, b, n, d in zip(first.tolist(), last.tolist(), number.tolist(), domain.tolist(), strict=True)
    ]
    return {
        "contact_id": np.array([f"{prefix}{one:06d}" for one in number.tolist()]),
        "kind": kinds,
        "first_name": first,
        "last_name": last,
        "email": np.array(email),
        "phone": np.array(
            [f"({fact[1]}) 555-01{two:02d}" for fact, two in zip(facts, line.tolist(), strict=True)]
        ),
        "state": states,
        "zip": np.array([f"{fact[0]}{two:02d}" for fact, two in zip(facts, street.tolist(), strict=True)]),
        "timezone": np.array([fact[2] for fact in facts]),
        "loan_officer_nmls": _officers_of(states, officers, rng),
    }


def draw_officers(loans: int, rng: Generator, lender: Lender, states: tuple[str, ...], as_of: date) -> People:
    """The lender's roster first, then generated officers up to one per 650 loans, at least three.

    Every licensed state has an officer: the generated ones take the states in turn.
    """
    wanted = max(LEAST_OFFICERS, math.ceil(loans / LOANS_PER_OFFICER))
    roster = list(lender.originators)
    extra = max(0, wanted - len(roster))
    uncovered = [state for state in states if not any(state in known.states for known in roster)]
    extra = extra or int(bool(uncovered))
    first, last = rng.choice(FIRST_NAMES, size=extra).tolist(), rng.choice(LAST_NAMES, size=extra).tolist()
    turns = uncovered + [state for state in states if state not in uncovered]
    share = max(4, math.ceil(len(turns) / max(extra, 1)))
    licensed = [
        sorted({turns[(place * share + k) % len(turns)] for k in range(share)}) for place in range(extra)
    ]
    hired = _days_before(as_of, rng.random(len(roster) + extra) * 3_600 + 90)
    ids = [str(FIRST_OFFICER_NMLS + place) for place in range(extra)]
    return {
        "nmls": np.array([known.nmls for known in roster] + ids),
        "name": np.array(
            [known.name for known in roster] + [f"{a} {b}" for a, b in zip(first, last, strict=True)]
        ),
        "email": np.array([known.email for known in roster] + [f"officer.{one}@example.com" for one in ids]),
        "phone": np.array(
            [known.phone for known in roster] + [f"(208) 555-01{int(one) % 100:02d}" for one in ids]
        ),
        "states": np.array(
            [";".join(known.states) for known in roster] + [";".join(one) for one in licensed]
        ),
        "hired_on": hired,
        "branch": np.array(["Main office"] * (len(roster) + extra)),
    }


def draw_partners(
    count: int, rng: Generator, states: tuple[str, ...], officers: Licensed, as_of: date
) -> tuple[People, People]:
    """Referral partners, and the same people as contacts, so that they can be written to.

    Returns:
        Columns of `partners` and of `contacts`; a partner's contact has the partner's id.
    """
    kinds = rng.choice(list(PARTNER_KINDS), size=count, p=list(PARTNER_KINDS.values()))
    contacts = draw_contacts(kinds, rng.choice(states, size=count), rng, prefix="P", officers=officers)
    contacts |= meetings(kinds, _days_before(as_of, rng.random(count) * 1_500), rng)
    names = np.char.add(
        np.char.add(contacts["first_name"].astype(str), " "), contacts["last_name"].astype(str)
    )
    trade = {"agent": "Realty", "builder": "Homes", "planner": "Planning"}
    company = [
        f"{last} {trade[kind]}" for last, kind in zip(contacts["last_name"], kinds.tolist(), strict=True)
    ]
    partners: People = {
        "partner_id": contacts["contact_id"],
        "kind": kinds,
        "name": names,
        "company": np.array(company),
        "license": np.array([f"EX-{one:06d}" for one in rng.integers(1, 999_999, count).tolist()]),
        **{name: contacts[name] for name in ("email", "phone", "state", "loan_officer_nmls")},
    }
    return partners, contacts


def meetings(kinds: Words, since: Days, rng: Generator) -> People:
    """Where and when each contact was first met, and the language each prefers (English for all)."""
    met = rng.choice(
        ["web form", "referral", "open house", "past client"], size=since.size, p=[0.4, 0.3, 0.1, 0.2]
    )
    hour = (rng.random(since.size) * 36_000 + 50_000).astype("timedelta64[s]")
    return {
        "source": np.where(kinds == "borrower", "past client", met),
        "created_at": since.astype("datetime64[s]") + hour,
        "language": np.full(since.size, "en"),
    }


def licensed_officers(officers: People, states: tuple[str, ...]) -> Licensed:
    """Ids of the officers licensed in each state."""
    pairs = list(zip(officers["nmls"].tolist(), officers["states"].tolist(), strict=True))
    return {state: tuple(nmls for nmls, held in pairs if state in held.split(";")) for state in states}


def _officers_of(states: Words, officers: Licensed, rng: Generator) -> Words:
    chosen = np.full(states.size, "", dtype="<U9")
    chance = rng.random(states.size)
    for state, ids in officers.items():
        here = states == state
        if ids:
            chosen[here] = np.array(ids)[(chance[here] * len(ids)).astype(int)]
    return chosen


def _days_before(as_of: date, days: Numbers) -> Days:
    return np.asarray(np.datetime64(as_of, "D") - (days + 1).astype("timedelta64[D]"))
