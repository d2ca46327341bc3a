"""Schedules line by line: answers and lines laid side by side, whatever a line holds."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from policies.apr import Advance, PaymentSeries, annual_percentage_rate
from policies.schedules import answer_lines

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["19/30", "1/0"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)
broken = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("id", "unit_periods_per_year", "advances", "payments"), anything)
)


@given(st.lists(broken.map(json.dumps).map(str.encode) | st.binary(max_size=40), max_size=5))
@settings(deadline=None)
def test_every_line_gets_exactly_one_answer(lines):
    lines = [line.replace(b"\n", b" ") for line in lines]
    answers = answer_lines(lines)
    assert len(answers) == len(lines)
    for answer in answers:
        assert set(answer) == ({"id", "apr"} if answer["apr"] is not None else {"id", "apr", "error"})


def test_numbers_may_be_text_and_fractions():
    line = {
        "id": "c",
        "unit_periods_per_year": "12",
        "advances": [["60000", 0, 0], [45000.5, "2", "1/2"]],
        "payments": [[1250.75, 120, 7, "19/30"]],
    }
    expected = annual_percentage_rate(
        [Advance(60000), Advance(45000.5, 2, 0.5)], [PaymentSeries(1250.75, 120, 7, 19 / 30)], 12
    )
    assert answer_lines([json.dumps(line).encode()]) == [{"id": "c", "apr": round(expected, 4)}]


def test_a_line_without_an_id_is_named_by_its_number():
    assert [answer["id"] for answer in answer_lines([b"{}", b"", b"nonsense"])] == [1, 2, 3]
