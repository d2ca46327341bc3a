"""Names of people, as they are compared."""

from __future__ import annotations

import unicodedata


def fold(name: str) -> str:
    """A name as it is compared: letter case, spacing, width and invisible characters do not count."""
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return " ".join(seen.split()).casefold()
