"""Public loan files (HMDA): which rows are funded loans, and what their codes mean.

Field names are the CFPB's with `-` or `_`, any subset of them. Codes are those of the public loan/application
register since 2018. Demographic fields go to the monitoring records and nowhere else (law 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import ibis

from campaign.errors import Unreadable
from tools.book.conversion import RAW, WHY, Converted
from tools.book.schemas import SCHEMAS
from tools.book.staging import LINE
from tools.book.values import ColumnHabits, Reading, filled, number_of, read_column
from tools.book.vocabulary import public_field

_ACTIONS = ("action_taken", "action_taken_recoded")
_RATE = "interest_rate"
_NEEDED = (_RATE, "loan_amount")
# Our column -> the public field it is read from as it stands.
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "note_rate": _RATE,
        "original_amount": "loan_amount",
        "term_months": "loan_term",
        "property_value": "property_value",
        "state": "state_code",
        "county_fips": "county_code",
        "census_tract": "census_tract",
    }
)
_EXEMPT = ("exempt", "1111")
_PURPOSE = {"1": "purchase", "2": "improvement", "31": "refinance", "32": "cash_out", "4": "other"}
_OCCUPANCY = {"1": "principal", "2": "second", "3": "investment"}
_LOAN_TYPE = {"1": "conventional", "2": "fha", "3": "va", "4": "usda"}
_LOAN_TYPE_WORDS = {"conventional": "1", "fha": "2", "va": "3", "fsa/rhs": "4"}
_RACE = {"1": "American Indian or Alaska Native", "2": "Asian", "3": "Black or African American",
         "4": "Native Hawaiian or Other Pacific Islander", "5": "White", "6": "Race Not Available",
         "7": "Race Not Available"}  # fmt: skip
_ETHNICITY = {"1": "Hispanic or Latino", "2": "Not Hispanic or Latino", "3": "Ethnicity Not Available",
              "4": "Ethnicity Not Available"}  # fmt: skip
_SEX = {"1": "Male", "2": "Female", "3": "Sex Not Available", "4": "Sex Not Available", "6": "Joint"}


def convert_hmda(raw: Any, header: Sequence[str], file: str, source: str) -> tuple[Converted, Any]:
    """Read a staged public loan file.

    Args:
        raw: the staged text. header: its header cells. file: its name. source: name of the import.

    Returns:
        The originated loans as rows of `loans`, and the demographic records of all of them. Rows of other
        outcomes are skipped and counted; an originated loan without a rate above zero is refused.

    Raises:
        Unreadable: the file has no `interest_rate` or `loan_amount`.
    """
    cells = {public_field(name): raw[f"c{place}"] for place, name in reversed(list(enumerate(header)))}
    for name in _NEEDED:
        if name not in cells:
            raise Unreadable(
                file, f"has no field `{name}`.", "Give a public HMDA loan file, or leave out --form hmda."
            )
    originated = _originated(cells)
    rows = raw.filter(originated)
    skipped = int(raw.count().execute()) - int(rows.count().execute())
    loan_id = ibis.literal(f"hmda-{source}-") + rows[LINE].cast("string")
    readings = _readings(cells)
    loans = rows.select(
        LINE,
        loan_id=loan_id,
        **{name: reading.value for name, reading in readings.items()},
        **{f"{WHY}loan_id": ibis.null("string"), f"{RAW}loan_id": loan_id},
        **{f"{WHY}{name}": reading.reason for name, reading in readings.items()},
        **{f"{RAW}{name}": cells.get(_FIELDS.get(name, ""), ibis.literal("")) for name in readings},
    )
    left_out = {"not originated": skipped} if skipped else {}
    converted = Converted(loans, ("loan_id", *readings), (), left_out)
    return converted, rows.select(loan_id=loan_id, **_demographics(cells))


def _originated(cells: Mapping[str, Any]) -> Any:
    """Whether a row is an originated loan; a file without an action holds originated loans only."""
    for name in _ACTIONS:
        if name in cells:
            return _code(cells[name]) == "1"
    return ibis.literal(True)


def _code(cell: Any) -> Any:
    return cell.re_replace(r"\.0+$", "")


def _readings(cells: Mapping[str, Any]) -> dict[str, Reading]:
    schema = SCHEMAS["loans"]
    zone, habits = ZoneInfo("UTC"), ColumnHabits()
    readings = {
        ours: read_column(cells[field], schema.column(ours), zone=zone, habits=habits)
        for ours, field in _FIELDS.items()
        if field in cells
    }
    readings["note_rate"] = _rate(readings["note_rate"], cells[_RATE])
    if "loan_term" in cells:
        readings["term_months"] = _tolerated(readings["term_months"])
    values = {
        "status": ibis.literal("funded"),
        "product": _product(cells),
        "purpose": _recoded(cells, "loan_purpose", _PURPOSE),
        "occupancy": _recoded(cells, "occupancy_type", _OCCUPANCY),
        "lien": _lien(cells),
        "rate_type": _rate_type(cells),
        "prepayment_penalty": _penalty(cells),
        "activity_year": _year(cells),
    }
    return readings | {
        name: Reading(value, _nothing()) for name, value in values.items() if value is not None
    }


def _nothing() -> Any:
    return ibis.null("string")


def _rate(reading: Reading, cell: Any) -> Reading:
    """A funded loan has a rate: none reported, or zero, is refused rather than guessed."""
    missing = ~filled(cell).fill_null(False) | (number_of(cell) == 0).fill_null(False)
    return Reading(reading.value, ibis.ifelse(missing, ibis.literal("has no rate reported"), reading.reason))


def _tolerated(reading: Reading) -> Reading:
    """A term beyond 480 months exists in public files; the loan is kept and its term left empty."""
    return Reading(reading.value, _nothing())


def _recoded(cells: Mapping[str, Any], field: str, codes: Mapping[str, str]) -> Any:
    if field not in cells:
        return None
    code = _code(cells[field])
    return ibis.cases(*((code == one, ibis.literal(ours)) for one, ours in codes.items()), else_=_nothing())


def _derived_product(cells: Mapping[str, Any], part: int) -> Any:
    """One half of `Conventional:First Lien`, or None where the file has no such field."""
    field = "derived_loan_product_type"
    return cells[field].split(":")[part].lower() if field in cells else None


def _product(cells: Mapping[str, Any]) -> Any:
    code = _code(cells["loan_type"]) if "loan_type" in cells else None
    named = _derived_product(cells, 0)
    if code is None and named is None:
        return None
    if code is None:
        code = ibis.cases(*((named == word, one) for word, one in _LOAN_TYPE_WORDS.items()), else_=_nothing())
    conventional = code == "1"
    cases = []
    if "open_end_line_of_credit" in cells:
        cases.append((_code(cells["open_end_line_of_credit"]) == "1", ibis.literal("heloc")))
    adjustable = _rate_type(cells)
    if adjustable is not None:
        cases.append((conventional & (adjustable == "adjustable"), ibis.literal("arm")))
    if "conforming_loan_limit" in cells:
        cases.append((conventional & (cells["conforming_loan_limit"].upper() == "NC"), ibis.literal("jumbo")))
    cases += [(code == one, ibis.literal(ours)) for one, ours in _LOAN_TYPE.items()]
    return ibis.cases(*cases, else_=_nothing())


def _rate_type(cells: Mapping[str, Any]) -> Any:
    """Adjustable where an introductory period ends before the loan does; exempt reporters say nothing."""
    if "intro_rate_period" not in cells:
        return None
    period = number_of(cells["intro_rate_period"])
    term = number_of(cells["loan_term"]) if "loan_term" in cells else ibis.literal(None, type="float64")
    changes = (period > 0) & (term.isnull() | (period < term))
    return ibis.cases(
        (cells["intro_rate_period"].lower().isin(_EXEMPT), _nothing()),
        (changes.fill_null(False), ibis.literal("adjustable")),
        else_=ibis.literal("fixed"),
    )


def _lien(cells: Mapping[str, Any]) -> Any:
    if "lien_status" in cells:
        code = _code(cells["lien_status"])
        return ibis.ifelse(code.isin(("1", "2")), code, _nothing()).cast("int64")
    named = _derived_product(cells, 1)
    if named is None:
        return None
    return ibis.cases((named == "first lien", 1), (named == "subordinate lien", 2), else_=ibis.null("int64"))


def _penalty(cells: Mapping[str, Any]) -> Any:
    if "prepayment_penalty_term" not in cells:
        return None
    return number_of(cells["prepayment_penalty_term"]) > 0


def _year(cells: Mapping[str, Any]) -> Any:
    return number_of(cells["activity_year"]).cast("int64") if "activity_year" in cells else None


def _demographics(cells: Mapping[str, Any]) -> dict[str, Any]:
    age = cells.get("applicant_age", ibis.literal(""))
    minority = cells.get("tract_minority_population_percent", ibis.literal(""))
    return {
        "race": _reported(cells, "derived_race", "applicant_race_1", _RACE),
        "ethnicity": _reported(cells, "derived_ethnicity", "applicant_ethnicity_1", _ETHNICITY),
        "sex": _reported(cells, "derived_sex", "applicant_sex", _SEX),
        "age_band": ibis.ifelse(_code(age).isin(("8888", "9999", "")), _nothing(), age),
        "tract_minority_percent": number_of(minority),
    }


def _reported(cells: Mapping[str, Any], derived: str, field: str, codes: Mapping[str, str]) -> Any:
    """The derived category, else the applicant's first code."""
    if derived in cells:
        return cells[derived].nullif("")
    coded = _recoded(cells, field, codes)
    return _nothing() if coded is None else coded
