"""Synthetic loans with their borrowers, consents, events and suppressions, as Parquet, made once per size.

Numbers come from numpy with a seed; rates, terms and amounts are roughly those of a lender's book. Nothing
here is about a person.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from numpy.random import Generator

SEED = 20260226
TODAY = np.datetime64(date(2026, 2, 26))
PRODUCTS = ("conventional", "jumbo", "fha", "va", "usda", "heloc", "arm")
SHARES = (0.62, 0.07, 0.14, 0.08, 0.02, 0.04, 0.03)
STATUSES = ("funded", "elsewhere", "applied", "withdrawn", "preapproved")
STATES = ("CA", "NY", "FL", "TX", "WA", "CO", "ID", "AZ", "IL", "MA", "NJ", "GA", "OH", "PA", "NV")
PER_CHUNK = 1_000_000

_WORDS = {
    "loans": """SELECT printf('L%09d', n) AS loan_id, printf('C%09d', owner) AS contact_id,
        ['funded','elsewhere','applied','withdrawn','preapproved'][status + 1] AS status,
        ['conventional','jumbo','fha','va','usda','heloc','arm'][product + 1] AS product,
        ['purchase','refinance','cash_out'][purpose + 1] AS purpose, lien::BIGINT AS lien,
        ['principal','second','investment'][occupancy + 1] AS occupancy, note_rate,
        CASE WHEN product IN (5, 6) THEN 'adjustable' ELSE 'fixed' END AS rate_type,
        term AS term_months, amount AS original_amount,
        CASE WHEN told THEN round(amount * share, 2) END AS current_balance,
        value AS property_value, CASE WHEN scored THEN fico END AS fico, {states}[state + 1] AS state,
        NULL::VARCHAR AS county_fips, NULL::VARCHAR AS census_tract, funded::DATE AS funded_date,
        CASE WHEN dated THEN (date_trunc('month', funded) + INTERVAL 2 MONTH)::DATE END AS first_payment_date,
        CASE WHEN product = 6 THEN (funded + INTERVAL 84 MONTH)::DATE END AS arm_reset_date,
        CASE WHEN product = 2 OR amount > 0.8 * value THEN round(amount * 0.0055 / 12, 2) END
            AS mi_monthly_usd,
        penalty AS prepayment_penalty, NULL::BIGINT AS activity_year, 'made' AS imported_from FROM chunk""",
    "contacts": """SELECT printf('C%09d', n) AS contact_id,
        CASE WHEN partner THEN 'agent' ELSE 'borrower' END AS kind,
        'Ann' AS first_name, 'Example' AS last_name,
        CASE WHEN mailed THEN printf('ann%d@example.com', n) END AS email,
        printf('(208) %03d-%04d', n % 1000, n % 10000) AS phone, {states}[state + 1] AS state,
        '00000' AS zip, NULL::VARCHAR AS timezone, NULL::VARCHAR AS loan_officer_nmls, 'made' AS source,
        NULL::TIMESTAMP AS created_at, 'en' AS language, 'made' AS imported_from FROM chunk""",
    "consents": """SELECT printf('C%09d', owner) AS contact_id,
        CASE WHEN sms THEN 'sms' ELSE 'email' END AS channel,
        granted, "at"::TIMESTAMP AS "at", 'form' AS source, 'made' AS imported_from FROM chunk""",
    "events": """SELECT printf('C%09d', owner) AS contact_id, "at"::TIMESTAMP AS "at",
        ['sent','open','click','application','lock','unsubscribe'][kind + 1] AS kind, 'email' AS channel,
        CASE WHEN kind = 0 AND alert THEN 'rate_alert.winter' ELSE 'newsletter' END AS campaign,
        'made' AS imported_from FROM chunk""",
    "suppressions": """SELECT CASE WHEN way = 0 THEN printf('C%09d', owner) END AS contact_id,
        CASE WHEN way = 1 THEN printf('ANN%d@example.com', owner)
             WHEN way = 2 THEN printf('208-%03d-%04d', owner % 1000, 10000 + owner % 7) END AS address,
        CASE WHEN way = 0 AND asked THEN 'do not solicit' ELSE 'bounced' END AS reason,
        "at"::TIMESTAMP AS "at",
        'made' AS imported_from FROM chunk""",
}  # fmt: skip


def synthetic_book(folder: Path, loans: int) -> Path:
    """The folder of Parquet files with so many loans, made where it is not there yet."""
    made = folder / f"triggers-{loans}"
    if (made / "done").exists():
        return made
    made.mkdir(parents=True, exist_ok=True)
    contacts = int(loans * 0.9)
    sizes = {
        "loans": loans, "contacts": contacts, "consents": int(contacts * 1.2), "events": contacts * 2,
        "suppressions": max(contacts // 100, 1),
    }  # fmt: skip
    for place, (table, rows) in enumerate(sizes.items()):
        for chunk, first in enumerate(range(0, rows, PER_CHUNK)):
            count = min(PER_CHUNK, rows - first)
            _write(made / f"{table}-{chunk:03}.parquet", table, first, count, contacts, [SEED, place, chunk])
    (made / "done").touch()
    return made


def _write(path: Path, table: str, first: int, count: int, contacts: int, seed: list[int]) -> None:
    rng = np.random.default_rng(seed)
    drawn = {"n": np.arange(first, first + count), **_DRAWN[table](rng, count)}
    if table != "contacts":
        drawn["owner"] = rng.integers(0, contacts, count)
    with duckdb.connect() as connection:
        connection.register("chunk", pa.table(drawn))
        words = _WORDS[table].format(states=list(STATES))
        connection.execute(f"COPY ({words} ORDER BY hash(n)) TO '{path}' (FORMAT parquet)")


def _loans(rng: Generator, count: int) -> dict[str, object]:
    product = rng.choice(len(PRODUCTS), count, p=SHARES)
    amount = np.round(np.exp(rng.normal(12.6, 0.55, count)) / 1000) * 1000 * np.where(product == 1, 3.2, 1.0)
    return {
        "status": rng.choice(len(STATUSES), count, p=(0.6, 0.3, 0.05, 0.03, 0.02)),
        "product": product, "purpose": rng.integers(0, 3, count),
        "occupancy": rng.choice(3, count, p=(0.88, 0.05, 0.07)),
        "lien": np.where(product == 5, 2, 1),
        "note_rate": np.round(rng.normal(5.9, 1.4, count).clip(2, 12) * 8) / 8,
        "term": rng.choice([360, 180, 240, 300, 120], count, p=(0.82, 0.1, 0.04, 0.02, 0.02)),
        "amount": amount.clip(30_000, 3_000_000), "told": rng.random(count) < 0.6,
        "share": rng.uniform(0.4, 1, count),
        "value": np.round(amount / rng.uniform(0.35, 1.0, count)), "scored": rng.random(count) < 0.95,
        "fico": rng.normal(735, 50, count).clip(500, 850).astype(np.int64),
        "state": rng.integers(0, len(STATES), count),
        "funded": TODAY - rng.integers(10, 3_600, count).astype("timedelta64[D]"),
        "dated": rng.random(count) < 0.9,
        "penalty": rng.random(count) < 0.01,
    }  # fmt: skip


def _moments(rng: Generator, count: int) -> np.ndarray:
    seconds = rng.integers(1, 86_400 * 800, count).astype("timedelta64[s]")
    return np.asarray(TODAY.astype("datetime64[s]") - seconds)


_DRAWN = {
    "loans": _loans,
    "contacts": lambda rng, count: {
        "partner": rng.random(count) < 0.02, "mailed": rng.random(count) < 0.97,
        "state": rng.integers(0, len(STATES), count),
    },
    "consents": lambda rng, count: {
        "sms": rng.random(count) < 0.15, "granted": rng.random(count) < 0.85, "at": _moments(rng, count),
    },
    "events": lambda rng, count: {
        "kind": rng.choice(6, count, p=(0.5, 0.3, 0.17, 0.015, 0.005, 0.01)),
        "alert": rng.random(count) < 0.3,
        "at": _moments(rng, count),
    },
    "suppressions": lambda rng, count: {
        "way": rng.integers(0, 3, count), "asked": rng.random(count) < 0.3, "at": _moments(rng, count),
    },
}  # fmt: skip
