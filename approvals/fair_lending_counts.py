"""Counts for the fair-lending review: groups and census tracts chosen, one grouped query each.

A group is what was reported; records that say nothing belong to no group. Sex is compared between single
applicants, and age as 65 and over against younger, the reported bands that lie wholly above the 62 years of
12 CFR 1002.2(o).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from policies.proportions import Share
from policies.tract_reach import MAJORITY_PERCENT, TractReach

BASES = ("race", "ethnicity", "sex", "age_band")
UNREPORTED = ("not available", "not provided", "not applicable", "free form", "unknown", "declined", "n/a")
TRACT, MINORITY = "census_tract", "tract_minority_percent"
_OLDER = ("65-74", ">74", "75+", "65+", "75 and over", "65 and over")


def count_groups(rows: Any, chosen: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Share]]]:
    """Selection -> basis -> group -> chosen of total, in one query."""
    sums = {f"s{place}": held.sum() for place, held in enumerate(chosen.values())}
    crossed = rows.group_by(**{basis: group_of(rows[basis], basis) for basis in BASES})
    cells = crossed.aggregate(total=rows.count(), **sums)
    added = {name: cells[name].sum() for name in ("total", *sums)}
    grouped = [
        cells.group_by(label=cells[basis]).aggregate(**added).mutate(basis=ibis.literal(basis))
        for basis in BASES
    ]
    found = ibis.union(*grouped).to_pyarrow().to_pylist()
    counted: dict[str, dict[str, dict[str, Share]]] = {name: {} for name in chosen}
    for row in sorted(found, key=lambda one: (one["basis"], one["label"] or "")):
        if row["label"] is None:
            continue
        for place, name in enumerate(chosen):
            share = Share(int(row[f"s{place}"] or 0), int(row["total"]))
            counted[name].setdefault(row["basis"], {})[row["label"]] = share
    return counted


def group_of(column: Any, basis: str) -> Any:
    """The group a record belongs to; null where it says nothing, or stands outside the comparison."""
    word = column.strip().lower().nullif("")
    if basis == "age_band":
        return ibis.cases(
            (word.isnull(), ibis.null("string")), (word.isin(_OLDER), "65 and over"), else_="younger"
        )
    outside = ibis.literal(False)
    for said in UNREPORTED:
        outside = outside | word.contains(said)
    if basis == "sex":
        outside = outside | (word == "joint")
    return ibis.ifelse(outside, ibis.null("string"), word)


def count_tracts(rows: Any, chosen: Mapping[str, Any]) -> dict[str, TractReach]:
    """Selection -> census tracts reached and there, where tracts and their demographics are known."""
    known = rows.filter(rows[TRACT].notnull() & rows[MINORITY].notnull())
    reached = {f"s{place}": held.any() for place, held in enumerate(chosen.values())}
    tracts = known.group_by(TRACT).aggregate(minority=known[MINORITY].max() > MAJORITY_PERCENT, **reached)
    sums = {f"s{place}": tracts[f"s{place}"].sum() for place in range(len(chosen))}
    found = tracts.group_by("minority").aggregate(total=tracts.count(), **sums).to_pyarrow().to_pylist()
    rowed = {bool(row["minority"]): row for row in found}

    def count(minority: bool, name: str) -> int:
        return int(rowed.get(minority, {}).get(name) or 0)

    both = count(True, "total") + count(False, "total")
    return {
        name: TractReach(
            count(True, f"s{place}"),
            count(True, f"s{place}") + count(False, f"s{place}"),
            count(True, "total"),
            both,
        )
        for place, name in enumerate(chosen)
        if both
    }
