"""The example book: a mid-size lender's loans and people, fictitious and the same for the same seed.

Rates, amounts, purposes and places follow published distributions (`distributions.py`); names, scores,
consents and behaviour are made up (`generated_people.py`, `generated_behaviour.py`). Demographic monitoring
is drawn from shares of its own, independent of everything else, so that a fair-lending test finds nothing
that was built in.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.random import Generator
from numpy.typing import NDArray
from pyarrow import csv as arrow_csv

from campaign.errors import BadInput
from campaign.lender import Lender
from tools.book.distributions import Numbers, draw_words
from tools.book.generated_behaviour import (
    Columns,
    as_arrow,
    draw_applications,
    draw_consents,
    draw_events,
    draw_suppressions,
)
from tools.book.generated_loans import HELD, Loans, draw_loans
from tools.book.generated_monitoring import draw_monitoring
from tools.book.generated_people import (
    Licensed,
    People,
    draw_contacts,
    draw_officers,
    draw_partners,
    licensed_officers,
    meetings,
)
from tools.book.generated_servicing import serviced
from tools.book.origins import ORIGINS_FILE, Origin
from tools.book.schemas import SCHEMAS

LEAD_SHARE = 0.06
"""Leads without a loan, per loan."""
LOANS_PER_PARTNER = 150
SECOND_LOANS = 0.5
"""Share of subordinate liens whose borrower has a first mortgage in the book too."""
MOST_OF_HOME = 0.3
"""Largest subordinate lien on a home with a first mortgage in the book, as a share of its value."""


@dataclass(frozen=True, slots=True)
class GeneratedBook:
    """What was written.

    Attributes:
        files: table -> CSV file in the form of the book, `origins.csv` beside them.
        origins: table -> column -> `generated`, for every column.
        rows: table -> rows.
    """

    files: Mapping[str, Path]
    origins: Mapping[str, Mapping[str, Origin]]
    rows: Mapping[str, int]


def generate_book(folder: Path, *, loans: int, seed: int, lender: Lender, as_of: date) -> GeneratedBook:
    """Write the example book as CSV, one file per table, and `origins.csv` that marks all of it as generated.

    Args:
        folder: made where missing; files of the same names are replaced. loans: rows of `loans`.
        seed: the same seed, lender and day give the same bytes. lender: its licensed states and roster.
        as_of: the book's day; every loan is funded before it and nothing happens after it.

    Raises:
        BadInput: the number of loans cannot be used, the lender has no licence in force, or the folder cannot
            be written.
    """
    states = lender.licensed_states(as_of)
    if not 1 <= loans <= 5_000_000:
        raise BadInput(f"A book of {loans:,} loans cannot be generated.", "Ask for 1 to 5,000,000.")
    if not states:
        raise BadInput(f"The lender has no licence in force on {as_of}.", "Add one to lender.toml.")
    tables = draw_tables(loans, np.random.default_rng(seed), lender, states, as_of)
    files = {name: _write(folder, name, columns) for name, columns in tables.items()}
    origins: dict[str, dict[str, Origin]] = {
        name: dict.fromkeys(SCHEMAS[name].headers, "generated") for name in tables
    }
    _write_origins(folder, origins)
    rows = {name: int(next(iter(columns.values())).size) for name, columns in tables.items()}
    return GeneratedBook(files, origins, rows)


def draw_tables(
    count: int, rng: Generator, lender: Lender, states: tuple[str, ...], as_of: date
) -> dict[str, Columns]:
    """Every table of the book, drawn in a fixed order."""
    loans = draw_loans(count, rng, states, as_of)
    owner = _owners(loans, rng)
    loans["property_value"] = _shared_values(loans, owner)
    officers = draw_officers(count, rng, lender, states, as_of)
    licensed = licensed_officers(officers, states)
    consumers = _consumers(loans, owner, rng, states, licensed, as_of)
    partners, known = draw_partners(max(12, count // LOANS_PER_PARTNER), rng, states, licensed, as_of)
    contacts = {name: np.concatenate([consumers[name], known[name]]) for name in consumers}
    loans |= serviced(loans, rng, as_of)
    loans["loan_id"] = np.array([f"L{one:07d}" for one in range(1, count + 1)])
    loans["contact_id"] = consumers["contact_id"][owner]
    who, since = contacts["contact_id"].astype(str), contacts["created_at"].astype("datetime64[D]")
    consents = draw_consents(who, since, rng, as_of)
    suppressions = draw_suppressions(who, since, rng, as_of)
    return {
        "contacts": contacts,
        "loans": loans,
        "loan_officers": officers,
        "partners": partners,
        "events": _events(loans, owner, consumers, consents, rng, as_of),
        "consents": consents,
        "suppressions": suppressions,
        "monitoring": draw_monitoring(loans["loan_id"][loans["status"] != "elsewhere"].astype(str), rng),
    }


def _owners(loans: Loans, rng: Generator) -> NDArray[np.int64]:
    """Each loan's borrower, numbered: half of the subordinate liens go to someone with a first mortgage."""
    owner = np.arange(loans["lien"].size)
    second = (loans["lien"].astype(int) == 2) & (rng.random(owner.size) < SECOND_LOANS)
    first = (loans["lien"].astype(int) == 1) & (loans["status"] == "funded")
    for state in np.unique(loans["state"][second]):
        here, there = (
            np.flatnonzero(second & (loans["state"] == state)),
            np.flatnonzero(first & (loans["state"] == state)),
        )
        if there.size:
            home = rng.choice(there, size=here.size)
            fits = loans["original_amount"][here] <= MOST_OF_HOME * loans["property_value"][home].astype(
                float
            )
            owner[here[fits]] = home[fits]
    return np.unique(owner, return_inverse=True)[1]


def _shared_values(loans: Loans, owner: NDArray[np.int64]) -> Numbers:
    """Property values, with a subordinate lien on the home of its borrower's first mortgage."""
    value = loans["property_value"].astype(float)
    homes = np.full(int(owner.max()) + 1, np.nan)
    first = loans["lien"].astype(int) == 1
    homes[owner[first]] = value[first]
    return np.where(np.isnan(homes[owner]), value, homes[owner])


def _consumers(
    loans: Loans,
    owner: NDArray[np.int64],
    rng: Generator,
    states: tuple[str, ...],
    licensed: Licensed,
    as_of: date,
) -> People:
    """Everyone with a loan, then leads without one."""
    first = np.unique(owner, return_index=True)[1]
    funded = np.zeros(first.size, dtype=bool)
    np.logical_or.at(funded, owner, loans["status"] == "funded")
    leads = round(owner.size * LEAD_SHARE)
    kinds = np.concatenate([np.where(funded, "borrower", "lead"), np.full(leads, "lead")])
    place = draw_words("state", np.full(leads, "all"), rng, only=states)
    contacts = draw_contacts(
        kinds, np.concatenate([loans["state"][first].astype(str), place]), rng, prefix="C", officers=licensed
    )
    before = (rng.random(first.size) * 60 + 10).astype("timedelta64[D]")
    lately = np.datetime64(as_of, "D") - (1 + rng.random(leads) * 540).astype("timedelta64[D]")
    since = np.concatenate([loans["day"][first].astype("datetime64[D]") - before, lately])
    return contacts | meetings(kinds, since, rng)


def _events(
    loans: Loans, owner: NDArray[np.int64], consumers: People, consents: Columns, rng: Generator, as_of: date
) -> Columns:
    """Engagement of the consumers who consented to e-mail, and the applications of loans not yet decided."""
    who = consumers["contact_id"].astype(str)
    granted = consents["granted"].astype(bool) & (consents["channel"] == "email")
    reached = np.isin(who, consents["contact_id"][granted])
    held = np.flatnonzero(np.isin(loans["status"], HELD))[::-1]
    facts = {
        "funded_date": np.full(who.size, np.datetime64("NaT", "D")),
        "note_rate": np.full(who.size, np.nan),
        "current_balance": np.zeros(who.size),
    }
    for name, column in facts.items():
        column[owner[held]] = loans[name][held]
    mailed = draw_events(
        who[reached],
        facts["funded_date"][reached],
        facts["note_rate"][reached],
        facts["current_balance"][reached],
        rng,
        as_of,
    )
    pending = ~np.isin(loans["status"], HELD)
    applied = draw_applications(loans["contact_id"][pending].astype(str), loans["day"][pending], rng, as_of)
    return {name: np.concatenate([mailed[name], applied[name]]) for name in mailed}


def _write(folder: Path, name: str, columns: Columns) -> Path:
    """One table as CSV, columns in the order of the book's form; what was not drawn stays empty."""
    schema = SCHEMAS[name]
    path = folder / f"{name}.csv"
    filled = {header: as_arrow(columns[header]) for header in schema.headers if header in columns}
    length = len(next(iter(filled.values())))
    table = pa.table({header: filled.get(header, pa.nulls(length)) for header in schema.headers})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        arrow_csv.write_csv(table, path)
    except OSError as error:
        raise BadInput(f"`{path}` cannot be written: {error.strerror}.", "Choose another folder.") from error
    return path


def _write_origins(folder: Path, origins: Mapping[str, Mapping[str, str]]) -> None:
    with (folder / ORIGINS_FILE).open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(["table_name", "column_name", "origin"])
        writer.writerows(
            [table, column, origin]
            for table, columns in origins.items()
            for column, origin in columns.items()
        )
