"""The rate trigger in vectorised pandas: the same joins and arithmetic, column by column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

LICENSED = ("AZ", "CA", "CO", "FL", "GA", "ID", "IL", "MA", "NJ", "NY", "TX", "WA")
HOLDERS = {
    "conventional": ("conventional", "jumbo", "arm"), "jumbo": ("jumbo", "arm"), "fha": ("fha",),
    "va": ("va",),
    "usda": ("usda",),
}  # fmt: skip
COLUMNS = {
    "loans": ["contact_id", "status", "product", "lien", "note_rate", "term_months", "original_amount",
              "current_balance", "property_value", "fico", "state", "funded_date", "first_payment_date",
              "prepayment_penalty"],
    "contacts": ["contact_id", "kind", "email", "phone", "state"],
    "consents": ["contact_id", "channel", "granted", "at"],
    "events": ["contact_id", "at", "kind", "channel", "campaign"],
    "suppressions": ["contact_id", "address", "reason"],
}  # fmt: skip
Tables = dict[str, pd.DataFrame]


def scan_in_pandas(folder: Path, offers: Sequence[tuple[Any, ...]], at: datetime) -> list[dict[str, Any]]:
    """Loans and sums by reason.

    Args:
        folder: of the Parquet files. offers: rows of the sheet. at: aware.
    """
    now = pd.Timestamp(at.replace(tzinfo=None))
    tables = {name: _read(folder, name) for name in COLUMNS}
    held = _held(tables, now.normalize())
    _choose(held, offers)
    _compare(held)
    because = _because(held, now.normalize())
    held["reason"] = because.where(because != "", _of_the_contact(held, tables, because, now))
    sums = {
        "benefit": "benefit",
        "balance": "balance",
        "saving": "saving",
        "even": "even",
        "lifetime": "more",
        "ltv": "ltv",
    }
    told = held.groupby("reason").agg(
        loans=("ltv", "size"), **{name: (of, "sum") for name, of in sums.items()}
    )
    return list(told.reset_index().to_dict("records"))


def _read(folder: Path, table: str) -> pd.DataFrame:
    parts = [
        pd.read_parquet(path, columns=COLUMNS[table]) for path in sorted(folder.glob(f"{table}-*.parquet"))
    ]
    return pd.concat(parts, ignore_index=True)


def _half_up(values: pd.Series, places: int) -> pd.Series:
    return np.floor(values * 10.0**places + 0.5) / 10.0**places


def _held(tables: Tables, today: pd.Timestamp) -> pd.DataFrame:
    loans = tables["loans"]
    loans = loans[loans["status"].isin(("funded", "elsewhere"))]
    contacts = tables["contacts"].rename(columns={"kind": "contact_kind", "state": "contact_state"})
    held = loans.merge(contacts.assign(known=True), on="contact_id", how="left")
    held["home"] = held["state"].fillna(held["contact_state"])
    funded = held["funded_date"] = pd.to_datetime(held["funded_date"])
    held["first_payment_date"] = pd.to_datetime(held["first_payment_date"])
    age = (today.year - funded.dt.year) * 12 + today.month - funded.dt.month - (funded.dt.day > today.day)
    age = age.clip(lower=0)
    held["left"] = (held["term_months"] - age).clip(lower=0)
    growth = 1 + held["note_rate"] / 1200
    paid = np.minimum(age, held["term_months"])
    repaid = (growth**paid - 1) / (growth ** held["term_months"] - 1)
    level = _half_up(held["original_amount"] * (1 - repaid), 2).where(held["product"] != "heloc")
    held["balance"] = _half_up(held["current_balance"], 2).fillna(level).fillna(held["original_amount"])
    held["ltv"] = _half_up(100 * held["balance"] / held["property_value"], 4)
    held["licensed"] = held["home"].isin(LICENSED)
    return held


def _choose(held: pd.DataFrame, offers: Sequence[tuple[Any, ...]]) -> None:
    """The first row that fits, best first; its terms beside each loan."""
    chosen = np.zeros(len(held), dtype=np.int64)
    may = held["licensed"] & (held["lien"] == 1)
    for row, product, months, _, points, _, fico, ltv, low, high in sorted(
        offers, key=lambda one: (one[3], one[4], one[0])
    ):
        fits = (
            may & held["product"].isin(HOLDERS[product]) & (held["left"] <= months) & (held["fico"] >= fico)
        )
        fits &= (held["ltv"] <= ltv) & held["balance"].between(low, high)
        if product == "va":
            fits &= held["term_months"] + 120 >= months
            if points > 0:
                fits &= held["ltv"] <= (90 if points > 1 else 100)
        chosen[fits.to_numpy() & (chosen == 0)] = row
    terms = pd.DataFrame(
        [one[:6] for one in offers], columns=["row", "_", "months", "rate", "points", "fees"]
    )
    terms["factor"] = terms["rate"] / 1200 / (1 - (1 + terms["rate"] / 1200) ** -terms["months"])
    picked = terms.set_index("row").reindex(chosen)
    for name in ("months", "rate", "points", "fees", "factor"):
        held[f"offer_{name}"] = picked[name].to_numpy()


def _compare(held: pd.DataFrame) -> None:
    monthly = held["note_rate"] / 1200
    payment = _half_up(held["balance"] * monthly / (1 - (1 + monthly) ** -held["left"]), 2).where(
        held["left"] > 0
    )
    offered = _half_up(held["balance"] * held["offer_factor"], 2)
    costs = _half_up((held["offer_fees"] + held["balance"] * held["offer_points"] / 100).clip(lower=0), 2)
    held["benefit"] = _half_up((held["note_rate"] - held["offer_rate"]) * 100, 4)
    held["saving"] = _half_up(payment - offered, 2)
    held["more"] = _half_up(offered * held["offer_months"] - payment * held["left"], 2)
    held["even"] = np.ceil(_half_up(costs / held["saving"], 4)).where(held["saving"] > 0)


def _because(held: pd.DataFrame, today: pd.Timestamp) -> pd.Series:
    product, even = held["product"], held["even"]
    month = held["funded_date"].dt.to_period("M").dt.to_timestamp() + pd.DateOffset(months=2)
    first = held["first_payment_date"].fillna(month)
    old = today - timedelta(days=210)
    seasoned = (held["status"] != "funded") | (held["funded_date"] <= today - timedelta(days=180))
    seasoned &= ~(held["funded_date"] > today)
    seasoned &= (product != "va") | (first <= old)
    six = today - pd.DateOffset(months=6)
    seasoned &= (product != "fha") | ((held["funded_date"] <= old) & (first <= six))
    checks = {
        "rate_unknown": ~(held["note_rate"] >= 0.001), "term_unknown": held["left"].isna(),
        "balance_unknown": held["balance"].isna(), "paid_off": (held["left"] == 0) | (held["balance"] == 0),
        "not_first_lien": held["lien"] != 1, "credit_line": product == "heloc",
        "prepayment_penalty": held["prepayment_penalty"].eq(True), "not_licensed": ~held["licensed"],
        "seasoning": ~seasoned, "no_offer": held["offer_rate"].isna(), "rate_gap": held["benefit"] < 50,
        "small_saving": held["saving"] < 25,
        "recoupment": (product == "va") & (even > 36), "break_even": even > 60,
    }  # fmt: skip
    return pd.Series(np.select(list(checks.values()), list(checks), default=""), index=held.index)


def _of_the_contact(held: pd.DataFrame, tables: Tables, because: pd.Series, now: pd.Timestamp) -> pd.Series:
    asked = held.loc[because == "", ["contact_id", "known", "contact_kind", "email", "phone"]]
    off = tables["suppressions"].assign(key=lambda rows: _key(rows["address"]))
    polite = off["reason"].str.lower().str.replace("[^a-z]", "", regex=True) == "donotsolicit"
    weights = pd.DataFrame({"who": off["contact_id"], "key": off["key"], "weight": np.where(polite, 2, 1)})
    by_who, by_key = weights.groupby("who")["weight"].max(), weights.groupby("key")["weight"].max()
    weight = pd.concat([
        asked["contact_id"].map(by_who), _key(asked["email"]).map(by_key), _key(asked["phone"]).map(by_key),
    ], axis=1).max(axis=1)  # fmt: skip
    recent = tables["events"].query("at <= @now")
    applied = recent[recent["kind"].isin(("application", "lock")) & (recent["at"] > now - timedelta(days=60))]
    alerted = recent[(recent["kind"] == "sent") & (recent["at"] > now - timedelta(days=30))]
    alerted = alerted[alerted["campaign"].str.startswith("rate_alert", na=False)]
    applicants = tables["loans"].query("status == 'applied'")["contact_id"]
    who = asked["contact_id"]
    checks = {
        "no_contact": asked["known"].isna(),
        "partner": asked["contact_kind"].isin(("agent", "builder", "planner")),
        "no_address": asked["email"].isna(), "do_not_solicit": weight == 2, "suppressed": weight.notna(),
        "no_consent": ~who.isin(_consenting(tables, now)),
        "recent_application": who.isin(applied["contact_id"]) | who.isin(applicants),
        "recent_alert": who.isin(alerted["contact_id"]),
    }  # fmt: skip
    reasons = pd.Series(np.select(list(checks.values()), list(checks), default="eligible"), index=asked.index)
    return reasons.reindex(held.index)


def _consenting(tables: Tables, now: pd.Timestamp) -> pd.Index:
    said = tables["consents"]
    said = said[said["channel"].str.lower() == "email"]
    events = tables["events"]
    left = events[
        (events["kind"] == "unsubscribe")
        & (events["channel"].isna() | (events["channel"].str.lower() == "email"))
    ]
    yes = said[said["granted"] & (said["at"] <= now)].groupby("contact_id")["at"].max()
    no = pd.concat([said[~said["granted"]], left]).groupby("contact_id")["at"].max()
    both = pd.DataFrame({"yes": yes}).join(no.rename("no"))
    return both.index[both["no"].isna() | (both["yes"] > both["no"])]


def _key(address: pd.Series) -> pd.Series:
    plain = address.str.strip().str.lower()
    digits = plain.str.replace("[^0-9]", "", regex=True).str[-10:]
    return plain.where(plain.str.contains("@", na=False), digits.where(digits != ""))
