"""Rounding that every engine does alike: half-way cases and the last bit of a float differ between them.

Only multiplication, addition, division and floor are used, which IEEE 754 fixes to the bit.
"""

from __future__ import annotations

from typing import Any


def to_places(value: Any, places: int) -> Any:
    """A number to so many decimal places, half-way cases upwards; null stays null."""
    scale = 10.0**places
    return (value * scale + 0.5).floor().cast("float64") / scale


def whole_up(value: Any) -> Any:
    """The least whole number that is not below a value."""
    return -((-value).floor())
