"""Program names: none may leave a loan without a product, for a trigger would then never see it."""

from __future__ import annotations

from typing import Any

import ibis
import pytest

from tools.book.programs import read_product, term_of

ENGINE = ibis.duckdb.connect()


def read(loan_type: str, program: str) -> tuple[Any, Any, Any]:
    held = ibis.memtable(
        {"type": [loan_type], "program": [program]}, schema={"type": "string", "program": "string"}
    )
    reading = read_product(held.type, held.program)
    asked = held.select(product=reading.value, reason=reading.reason, term=term_of(held.program))
    row = ENGINE.to_pyarrow(asked).to_pylist()[0]
    return row["product"], row["term"], row["reason"]


@pytest.mark.parametrize(
    ("loan_type", "program", "product", "term"),
    [
        ("", "C30", "conventional", 360),
        ("", "CONV30", "conventional", 360),
        ("", "30YR FIXED", "conventional", 360),
        ("Conventional", "Conv 30 Yr Fixed High Bal", "conventional", 360),
        ("", "Conforming 15 Year Fixed", "conventional", 180),
        ("", "FHA 30 Year Fixed", "fha", 360),
        ("FHA", "C30", "fha", 360),
        ("", "VA30", "va", 360),
        ("", "VA IRRRL 15 yr", "va", 180),
        ("FarmersHomeAdministration", "", "usda", None),
        ("Conventional", "Jumbo 30 Yr Fixed", "jumbo", 360),
        ("Conventional", "5/6 ARM", "arm", None),
        ("Conventional", "7/1 ARM 30 Yr", "arm", 360),
        ("HELOC", "Home Equity Line", "heloc", None),
        ("conventional", "", "conventional", None),
        ("", "", None, None),
    ],
)
def test_a_program_says_product_and_term(
    loan_type: str, program: str, product: str | None, term: int | None
) -> None:
    assert read(loan_type, program) == (product, term, None)


def test_a_program_that_says_nothing_known_is_refused_rather_than_left_empty() -> None:
    assert read("", "Sunrise Special")[0::2] == (None, "is no product known here")
    assert read("Vacation", "")[0::2] == (None, "is no product known here")
