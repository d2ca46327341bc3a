"""Names people type: compared without regard to case or spacing, and answered with the nearest known ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from campaign.errors import BadInput, UnknownName
from campaign.names import fold

__all__ = ["fold", "person_name", "unknown_name"]


def person_name(name: str) -> str:
    """A name fit for the record: one line, at least one letter.

    Raises:
        BadInput: it names nobody.
    """
    tidy = " ".join(name.split())
    if not any(sign.isalpha() for sign in tidy) or not tidy.isprintable() or len(tidy) > 120:
        raise BadInput(f"`{tidy[:40]!a}` names nobody.", "Give the name of the person who decides with --by.")
    return tidy


def unknown_name(kind: str, name: str, known: Iterable[str], remedy: str) -> UnknownName:
    """The sentence for a name that does not exist, naming up to three that are near."""
    near = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    shown = name if name.isprintable() else ascii(name)
    meant = "Did you mean " + " or ".join(f"`{other}`" for other in near) + "?" if near else remedy
    return UnknownName(f"There is no {kind} `{shown}` in this workspace.", meant)
