"""Who may do what, and where: a lender's charter or licences, branches, trade names and originators."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from campaign.noun import Noun

LenderKind = Literal[
    "independent_mortgage_bank",
    "bank_fdic",
    "bank_member",
    "bank_occ",
    "savings_association",
    "credit_union",
    "broker",
]
"""What an advertiser is in law. `bank_fdic` is a state bank or state savings association that the FDIC
supervises, `bank_member` a state bank in the Federal Reserve System, `bank_occ` a national bank,
`savings_association` a federal one."""

Insurer = Literal["FDIC", "NCUA", "private", "none"]
Activity = Literal["broker", "lend"]
STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)
DEPOSITORIES: frozenset[LenderKind] = frozenset(
    {"bank_fdic", "bank_member", "bank_occ", "savings_association", "credit_union"}
)
_GRANTED_BY: dict[LenderKind, str] = {
    "bank_fdic": "state",
    "bank_member": "state",
    "bank_occ": "federal",
    "savings_association": "federal",
}
_LENDS = ("lend", "bank", "real estate")


def _postal_code(state: str) -> str:
    if state not in STATES:
        raise ValueError(f"`{state}` is no postal code of a US state")
    return state


State = Annotated[str, AfterValidator(_postal_code)]
NmlsId = Annotated[str, Field(pattern=r"^\d{3,9}$")]


class License(Noun):
    """One state's licence, as on the record.

    Attributes:
        number, type, regulator: as printed on the licence.
        expires: last day it is in force.
        legend: words the state wants in advertising, where the lender's counsel has fixed them.
        activities: what it permits, `broker` and `lend`; where empty, its type tells.
    """

    number: str
    type: str
    regulator: str
    expires: date
    legend: str | None = None
    activities: tuple[Activity, ...] = ()

    @property
    def brokers_only(self) -> bool:
        """Whether its holder may arrange loans there and not make them.

        A California real estate broker's licence covers loans of the holder's own funds as well.
        """
        if self.activities:
            return "lend" not in self.activities
        kind = self.type.casefold()
        return "broker" in kind and not any(word in kind for word in _LENDS)


class Charter(Noun):
    """What a bank, savings association or credit union acts under; state mortgage licences do not bind it.

    Attributes:
        granted_by: `federal` or `state`.
        regulator: its federal regulator, or the state's for a credit union of a state.
        insurer: of its deposits or shares; decides which membership it may show.
        number: of its insurance certificate or charter.
        states: where it lends; a piece that names no state is meant for these.
    """

    granted_by: Literal["federal", "state"]
    regulator: str
    insurer: Insurer
    number: str = ""
    states: tuple[State, ...] = ()

    def unfit_for(self, kind: LenderKind) -> str:
        """Why a lender of that kind cannot have it; empty where it can."""
        if kind not in DEPOSITORIES:
            return f"a lender of kind `{kind}` has licences and no charter"
        if self.granted_by != _GRANTED_BY.get(kind, self.granted_by):
            return f"the charter of a `{kind}` is granted by `{_GRANTED_BY[kind]}`"
        insurers: tuple[Insurer, ...] = ("FDIC",)
        if kind == "credit_union":
            insurers = ("NCUA",) if self.granted_by == "federal" else ("NCUA", "private")
        if self.insurer not in insurers:
            return f"the insurer of such a `{kind}` is {' or '.join(insurers)}"
        return ""


class TradeName(Noun):
    """A name besides the legal one, and the states in which it is registered; without any, everywhere."""

    name: str = Field(min_length=2)
    states: tuple[State, ...] = ()


class Branch(Noun):
    """An office with an NMLS id of its own, and the states in which it is registered.

    The id names the branch in the register and never stands for the company's. Where no state is named,
    nothing is known of its registrations.
    """

    name: str = Field(min_length=2)
    nmls: NmlsId
    address: str = Field(min_length=8)
    phone: str = ""
    states: tuple[State, ...] = ()


class Originator(Noun):
    """One loan officer on the roster.

    Attributes:
        name, nmls: as registered; the id is the individual's.
        states: where licensed; those of a depository are registered federally and need none.
        expires: last day of the licences, where it is recorded.
        branch: NMLS id of the branch worked from.
        sponsor: NMLS id of the company that sponsors the licences, where it is not the lender.
    """

    name: str
    nmls: NmlsId
    states: tuple[str, ...] = ()
    expires: date | None = None
    branch: str = ""
    sponsor: str = ""
    email: str = ""
    phone: str = ""


class MarketingPartner(Noun):
    """A partner with whom the lender has an agreement on shared advertising, so that copy may name them.

    Attributes:
        name: as copy shows it. kind: `real_estate_agent`, `builder`, `planner` ...
        company: firm or brokerage, empty where there is none. license: their licence, where the law asks it.
    """

    name: str = Field(min_length=2)
    kind: str = Field(min_length=3)
    company: str = ""
    license: str = ""
