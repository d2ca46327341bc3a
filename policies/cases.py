"""Cases: the JSON form in which pieces come to `vallum check`, read into the noun that rules ask about.

One reader for files, standard input and batches, so that a piece means the same whichever way it came.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, ValidationError

from campaign.brief import Audience
from campaign.channel import Channel
from campaign.claim import Binding, Claim
from campaign.errors import BadInput, Unreadable
from campaign.lender import STATES
from campaign.moment import parse_moment
from campaign.noun import Noun
from campaign.piece import Consent, CostSplit, FieldText, OfferTerms, Partner, Piece, Speaker
from campaign.rates import Product


def _as_text(value: object) -> object:
    """A numeric id as the text that answers to it."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


class Case(Noun):
    """One case of the contract; everything but `id`, `channel` and `fields` is optional.

    Attributes:
        offer: one set of terms or a list of them; absent means that the record is not known here.
        claims, bindings: where the piece was made from a master; absent means bare text.
        label: a labelled case's answer, carried along and never read by a rule.
    """

    id: Annotated[str, Field(min_length=1), BeforeValidator(_as_text)]
    channel: Channel
    audience: Audience = "consumer"
    states: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    fields: dict[str, FieldText] = Field(min_length=1)
    originator: Speaker | None = None
    partner: Partner | None = None
    targeting: dict[str, Any] | None = None
    cost_split: CostSplit | None = None
    consent: Consent | None = None
    offer: OfferTerms | tuple[OfferTerms, ...] | None = None
    claims: tuple[Claim, ...] | None = None
    bindings: tuple[Binding, ...] = ()
    label: Any = None

    def piece(self) -> Piece:
        """The piece that the case describes."""
        offers = (self.offer,) if isinstance(self.offer, OfferTerms) else self.offer
        return Piece(
            piece_id=self.id,
            channel=self.channel.value,
            audience=self.audience,
            states=self.states,
            products=self.products,
            fields=self.fields,
            originator=self.originator,
            partner=self.partner,
            targeting=self.targeting,
            cost_split=self.cost_split,
            consent=self.consent,
            offers=offers,
            claims=self.claims,
            bindings=self.bindings,
        )


def read_case(text: str, place: str) -> Case:
    """Read one case from JSON.

    Args:
        text: one JSON object.
        place: `file` or `file:line`, for the message.

    Raises:
        Unreadable: it is no JSON object, a key is unknown or missing, or a value cannot be used.
    """
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(place, f"is no JSON: {error}.", "Write one JSON object per line.") from error
    if not isinstance(raw, dict):
        raise Unreadable(place, "is no JSON object.", "Write one JSON object per line.")
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Unreadable(place, "holds half a character (a lone surrogate).", "Save it as UTF-8.") from error
    return case_of(raw, place)


def case_of(raw: Mapping[str, Any], place: str) -> Case:
    """Validate a case.

    Raises:
        Unreadable: naming the field that cannot be used.
    """
    try:
        case = Case.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        dotted = ".".join(str(part) for part in first["loc"])
        what = {"missing": "is missing", "extra_forbidden": "is no field of a case"}.get(
            first["type"], first["msg"].removeprefix("Value error, ")
        )
        raise Unreadable(
            f"{place}: {dotted}", f"{what}.", "See the form in `vallum check --help`."
        ) from error
    for state in case.states:
        if state not in STATES:
            raise Unreadable(f"{place}: states", f"`{state}` is no postal code of a US state.", "Write `CA`.")
    return case


def moment_of(case: Case, default: datetime, zone: ZoneInfo) -> datetime:
    """When a case is judged: its own sending time where it has one, else the given moment.

    Args:
        case: may hold `consent.send_at`, local to `consent.timezone`.
        default: aware moment for cases without one.
        zone: the lender's, where the case names none.
    """
    if case.consent is None or not case.consent.send_at:
        return default
    try:
        local = ZoneInfo(case.consent.timezone) if case.consent.timezone else zone
        return parse_moment(case.consent.send_at, local)
    except (BadInput, KeyError, ValueError, OSError):
        return default
