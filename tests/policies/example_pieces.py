"""Examples of rule files as pieces of the example lender, for tests."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from campaign.lender import Lender, parse_lender
from policies import example_pieces
from policies.example_pieces import TODAY, Shown, footer
from policies.rule import Example

__all__ = ["TODAY", "Shown", "footer", "lender_of_the_house", "shown"]


@cache
def lender_of_the_house() -> Lender:
    """The lender that ships as an example."""
    file = Path(__file__).parents[2] / "tools/examples/lender.toml"
    return parse_lender(file.read_text(encoding="utf-8"))


def shown(example: Example, name: str = "example") -> Shown:
    """An example as a piece of the example lender."""
    return example_pieces.shown(example, lender_of_the_house(), name)
