"""The words each state wants beside a licensee's name, made from the licence record and never from memory.

A dated table: `READ` says when a person last compared it with the sources. Wording in quotation marks in a
rule is used where there is one; elsewhere the usual practice, or plainly the licence's type and number. Dead
legends ("Department of Business Oversight", "NYS Banking Department", "Georgia Residential Mortgage
Licensee") have no entry and are never written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from campaign.lender import Lender, License

READ = date(2026, 11, 20)
CONSUMER_ACCESS = "www.nmlsconsumeraccess.org"
ACCESS_SENTENCE = f"For licensing information, go to: {CONSUMER_ACCESS}"
TIGHT = 90

STATE_NAMES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas",
    "KY": "Kentucky", "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts",
    "MI": "Michigan", "MN": "Minnesota", "MS": "Mississippi", "MO": "Missouri", "MT": "Montana",
    "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire", "NJ": "New Jersey", "NM": "New Mexico",
    "NY": "New York", "NC": "North Carolina", "ND": "North Dakota", "OH": "Ohio", "OK": "Oklahoma",
    "OR": "Oregon", "PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina",
    "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin", "WY": "Wyoming",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Legend:
    """One state's words.

    Attributes:
        full: as a footer says it, without a full stop; empty where name and NMLS id are all it wants.
        short: as a search ad says it, in the usual abbreviations; `full` where it needs none.
        source: the provision, and whether its wording was read or is practice.
    """

    full: str
    source: str
    short: str = ""


def legend_of(state: str, lender: Lender) -> Legend:
    """The words for one state, from the licence the lender holds there.

    Args:
        state: postal code of a licence in `lender.licenses`.
        lender: whose licence.

    Raises:
        KeyError: the lender holds no licence there.
    """
    held = lender.licenses[state]
    if held.legend:
        return Legend(held.legend.rstrip(". "), f"lender.toml licenses.{state}.legend")
    if state == "CA":
        return _california(held)
    if state == "NY":
        return _new_york(lender, held)
    if state == "NV":
        return _nevada(lender, held)
    if state in _WORDINGS:
        text, source = _WORDINGS[state]
        role = "Broker" if _brokers(lender, held) else "Lender"
        return Legend(text.format(number=held.number, role=role), source)
    return _type_and_number(STATE_NAMES[state], held)


def _type_and_number(name: str, held: License) -> Legend:
    """Licence type and number, the common practice where a state prescribes no words."""
    kind = held.type if held.type.startswith(name) else f"{name} {held.type}"
    return Legend(f"{kind} {held.number}", "state licensing act; type and number are practice")


def _brokers(lender: Lender, held: License) -> bool:
    """Whether a licence makes its holder a broker: by its type, else by what the holder is."""
    kind = held.type.casefold()
    return held.brokers_only or (lender.kind == "broker" and "lend" not in kind and "bank" not in kind)


def _nevada(lender: Lender, held: License) -> Legend:
    """Type and number, and the telephone number that Nevada wants beside name and address."""
    plain = _type_and_number(STATE_NAMES["NV"], held)
    phone = f", telephone {lender.phone}" if lender.phone else ""
    return Legend(f"{plain.full}{phone}", "NAC 645B.240, 645E.285", plain.full)


def _california(held: License) -> Legend:
    source = "Cal. Fin. Code 22162 and CRMLA; wording as practised"
    kind = held.type.casefold()
    if "financ" in kind:
        return Legend(
            f"Loans made or arranged pursuant to a California Financing Law License, No. {held.number}, "
            "Department of Financial Protection and Innovation",
            source,
            "Loans made pursuant to a California Financing Law License, DFPI",
        )
    if "real estate" in kind or "dre" in kind:
        return Legend(
            f"California Department of Real Estate license number {held.number}", "Cal. B&P Code 10235.5"
        )
    return Legend(
        "Licensed by the Department of Financial Protection and Innovation under the California Residential "
        f"Mortgage Lending Act, License {held.number}",
        source,
        "Licensed by DFPI under CA Residential Mortgage Lending Act",
    )


def _new_york(lender: Lender, held: License) -> Legend:
    source = "3 NYCRR 38.2(a)-(b), words to like effect"
    broker = _brokers(lender, held)
    what = "Registered Mortgage Broker" if broker else "Licensed Mortgage Banker"
    others = ". Loans arranged through third party lenders" if broker else ""
    short = f"{what}-NYS DFS, {street_of(lender.address)}"
    return Legend(f"{what} - NYS Department of Financial Services{others}", source, short)


# Words with the licence's number and the lender's role filled in, and the provision behind them. Empty words:
# the state wants the name on record followed by the NMLS id, which every footer has.
_WORDINGS: dict[str, tuple[str, str]] = {
    "IL": (ACCESS_SENTENCE, "38 Ill. Adm. Code 1050.950"),
    "VA": (f"NMLS Consumer Access: {CONSUMER_ACCESS}", "10VAC5-160-60"),
    "GA": ("", "O.C.G.A. 7-1-1016; Rule 80-11-1-.02"),
    "TX": ("", "7 TAC 55-57"),
    "NJ": ("Licensed by the N.J. Department of Banking and Insurance", "N.J.A.C. 3:2, 3:15; practice"),
    "CO": ("Colorado: Regulated by the Division of Real Estate", "4 CCR 725-3; practice"),
    "AZ": ("AZ {number}", "A.R.S. 6-903, 6-943; practice"),
    "PA": (
        "Licensed by the Pennsylvania Department of Banking and Securities",
        "7 Pa.C.S. ch. 61; practice",
    ),
    "NH": ("Licensed by the New Hampshire Banking Department", "RSA 397-A; practice"),
    "RI": ("Rhode Island Licensed {role}", "RIGL 19-14; practice"),
    "MS": ("Mississippi Licensed Mortgage Company, License {number}", "Miss. Code 81-18; practice"),
    "KS": ("Kansas Licensed Mortgage Company, License {number}", "K.S.A. 9-2208; practice"),
}


def street_of(address: str) -> str:
    """An address without suite and ZIP, where every character counts: `410 Juniper Street, Boise ID`."""
    parts = [part.strip() for part in address.split(",")]
    if len(parts) < 3:
        return address
    return f"{parts[0]}, {parts[-2]} {parts[-1].split()[0]}"


def full_text(states: tuple[str, ...], lender: Lender) -> str:
    """Every legend of some states as sentences, each said once.

    States that want no words of their own are named, so that a reader knows they are meant. Empty only where
    no state is given.
    """
    licensed = [state for state in states if state in lender.licenses]
    texts = {state: legend_of(state, lender).full for state in licensed}
    silent = [STATE_NAMES[state] for state in licensed if not texts[state]]
    exempt = [STATE_NAMES[state] for state in states if state not in texts]
    said = list(dict.fromkeys(f"{text}." for text in texts.values() if text))
    if silent:
        said.append(f"{'Also licensed' if said else 'Licensed'} in {_listed(silent)}.")
    if exempt:
        said.append(f"Offered in {_listed(exempt)}.")
    return " ".join(said)


def short_text(state: str, lender: Lender) -> str:
    """Name, NMLS id and the legend of one state for a field of 90 characters; empty where it cannot fit."""
    name = lender.short_name or lender.name
    legend = legend_of(state, lender) if state in lender.licenses else Legend("", "")
    words = legend.short or legend.full
    for identity in (f"{name}, NMLS ID #{lender.nmls}.", f"{name} NMLS #{lender.nmls}."):
        text = f"{identity} {words}".strip()
        if len(text) <= TIGHT:
            return text
    return ""


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
