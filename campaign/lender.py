"""The lender: who advertises, under which licences, in which voice, within which limits."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from campaign.approval_rules import ApprovalRule
from campaign.calendar import BusinessCalendar
from campaign.errors import Unreadable
from campaign.fair_lending import FairLendingLines
from campaign.lender_settings import Account, Brand, Capacity, Person, RatePolicy
from campaign.licensing import (
    DEPOSITORIES,
    STATES,
    Branch,
    Charter,
    Insurer,
    LenderKind,
    License,
    MarketingPartner,
    NmlsId,
    Originator,
    State,
    TradeName,
)
from campaign.names import fold
from campaign.notice_settings import NoticeSettings
from campaign.noun import Noun
from campaign.schedule_settings import ScheduleSettings
from campaign.toml_lines import line_of
from campaign.trigger_policy import TriggerPolicy

__all__ = [
    "STATES",
    "Account",
    "Brand",
    "Capacity",
    "Lender",
    "LenderKind",
    "License",
    "Originator",
    "Person",
    "RatePolicy",
    "line_of",
    "parse_lender",
]


class Lender(Noun):
    """Everything about the advertiser that rules and copy rely on, read from `lender.toml`.

    Attributes:
        name, short_name: legal name, and how it is called.
        trade_names: other names it may advertise under, as texts or as tables with their states.
        nmls: the company's NMLS id.
        kind: what it is in law; decides which legends it owes and which words it may use.
        charter: of a depository; its usual one for the kind where the record is silent.
        address, phone, url: as copy may show them.
        timezone: a bare date means the end of that day there.
        equal_housing: the words it uses; where it says none, `Equal Housing Lender` for a depository and
            `Equal Housing Opportunity` for others.
        licenses: by postal code. branches, originators, partners, people: rosters.
        approvals: who approves what. calendar: when people work. notices: who hears of what waits.
        schedule: when the worker acts.
    """

    name: str = Field(min_length=2)
    short_name: str = ""
    trade_names: tuple[TradeName, ...] = ()
    nmls: NmlsId
    kind: LenderKind = "independent_mortgage_bank"
    charter: Charter | None = None
    address: str = Field(min_length=8)
    phone: str = ""
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")
    timezone: str = "America/New_York"
    equal_housing: str = "Equal Housing Opportunity"
    licenses: dict[State, License] = Field(default_factory=dict)
    brand: Brand = Brand()
    branches: tuple[Branch, ...] = ()
    originators: tuple[Originator, ...] = ()
    partners: tuple[MarketingPartner, ...] = ()
    people: tuple[Person, ...] = ()
    approvals: tuple[ApprovalRule, ...] = ()
    rates: RatePolicy = RatePolicy()
    triggers: TriggerPolicy = TriggerPolicy()
    capacity: Capacity = Capacity()
    fair_lending: FairLendingLines = FairLendingLines()
    calendar: BusinessCalendar = BusinessCalendar()
    notices: NoticeSettings = NoticeSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    channels: dict[str, Account] = Field(default_factory=dict)

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("is no time zone of the IANA list, for example `America/New_York`") from error
        return value

    @model_validator(mode="before")
    @classmethod
    def _usual_words(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and raw.get("kind") in DEPOSITORIES and "equal_housing" not in raw:
            return raw | {"equal_housing": "Equal Housing Lender"}
        return raw

    @field_validator("trade_names", mode="before")
    @classmethod
    def _names_alone(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple({"name": one} if isinstance(one, str) else one for one in value)
        return value

    @field_validator("charter")
    @classmethod
    def _fits_the_kind(cls, value: Charter | None, info: ValidationInfo) -> Charter | None:
        kind = info.data.get("kind")
        if value is not None and kind is not None and (fault := value.unfit_for(kind)):
            raise ValueError(fault)
        return value

    @field_validator("branches")
    @classmethod
    def _ids_apart(cls, value: tuple[Branch, ...], info: ValidationInfo) -> tuple[Branch, ...]:
        taken = {info.data.get("nmls"): "the company"}
        for place, branch in enumerate(value):
            if branch.nmls in taken:
                raise _at(("branches", place, "nmls"), f"`{branch.nmls}` is the id of {taken[branch.nmls]}")
            taken[branch.nmls] = branch.name
        return value

    @field_validator("originators")
    @classmethod
    def _known_branches(cls, value: tuple[Originator, ...], info: ValidationInfo) -> tuple[Originator, ...]:
        known = {branch.nmls for branch in info.data.get("branches", ())}
        for place, one in enumerate(value):
            if one.branch and one.branch not in known:
                raise _at(("originators", place, "branch"), f"`{one.branch}` is no branch on record")
        return value

    @field_validator("people")
    @classmethod
    def _people_apart(cls, value: tuple[Person, ...]) -> tuple[Person, ...]:
        known: set[str] = set()
        for place, person in enumerate(value):
            if fold(person.name) in known:
                raise _at(("people", place, "name"), f"`{person.name}` is listed twice")
            known.add(fold(person.name))
        return value

    @field_validator("notices")
    @classmethod
    def _escalates_to_somebody(cls, value: NoticeSettings, info: ValidationInfo) -> NoticeSettings:
        people = info.data.get("people", ())
        strangers = [name for name in value.escalate_to if not value.knows(name, people)]
        if people and strangers:
            raise _at(("notices", "escalate_to"), f"`{strangers[0]}` is neither a role nor one of the people")
        return value

    def __hash__(self) -> int:
        """Cheap, so that what is worked out from a record of hundreds can be kept by it."""
        return hash((self.name, self.nmls, self.kind))

    @property
    def zone(self) -> ZoneInfo:
        """The lender's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def is_depository(self) -> bool:
        """Whether it acts under a charter, so that state mortgage licences do not bind it."""
        return self.kind in DEPOSITORIES

    @property
    def insurer(self) -> Insurer:
        """Who insures its deposits or shares; a silent record has what its kind usually has."""
        if self.charter:
            return self.charter.insurer
        if not self.is_depository:
            return "none"
        return "NCUA" if self.kind == "credit_union" else "FDIC"

    @property
    def federally_chartered(self) -> bool:
        """Whether a federal charter is on record; a silent one counts as federal, which binds to more."""
        if self.charter:
            return self.charter.granted_by == "federal"
        return self.kind in ("bank_occ", "savings_association", "credit_union")

    def licensed_states(self, on: date) -> tuple[str, ...]:
        """Postal codes where it may lend on a day, by licences in force or by its charter, alphabetical."""
        chartered = self.charter.states if self.charter else ()
        return tuple(
            sorted({state for state, held in self.licenses.items() if held.expires >= on} | set(chartered))
        )

    def person(self, name: str) -> Person | None:
        """The person of that name, letter case aside."""
        return next((person for person in self.people if fold(person.name) == fold(name)), None)


def _at(place: tuple[str | int, ...], message: str) -> PydanticCustomError:
    """A fault of one entry of a roster, with its place in the file."""
    return PydanticCustomError("roster", "{what}", {"what": message, "at": place})


def parse_lender(text: str, source: str = "lender.toml") -> Lender:
    """Read a `lender.toml`, naming the line of whatever cannot be used.

    Args:
        text: the file's content.
        source: its name, for messages.

    Raises:
        Unreadable: it is no TOML, a key is unknown or missing, or a value cannot be used.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unreadable(source, f"is no TOML: {error}.", "Mend that line.") from error
    if not isinstance(tables.get("lender"), dict):
        raise Unreadable(source, "has no `[lender]` table.", "Start from the file that `vallum init` writes.")
    flat: dict[str, Any] = {**tables.pop("lender"), **tables}
    try:
        return Lender.model_validate(flat)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = [str(part) for part in first.get("ctx", {}).get("at", first["loc"])]
        dotted = ".".join(path)
        line = line_of(text, path)
        place = f"{source}:{line}" if line else source
        what = first["msg"].removeprefix("Value error, ")
        if first["type"] == "extra_forbidden":
            raise Unreadable(
                place, f"`{dotted}` is no key of lender.toml.", "Remove it or mend its name."
            ) from error
        if first["type"] == "missing":
            raise Unreadable(place, f"`{dotted}` is missing.", "Add it.") from error
        raise Unreadable(
            place, f"`{dotted}`: {what} (found `{first['input']!s:.60}`).", "Mend the value."
        ) from error
