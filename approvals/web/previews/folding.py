"""Where a feed cuts a post off behind "more"."""

from __future__ import annotations

from campaign.master import SLOT


def folded(text: str, at: int) -> tuple[str, str]:
    """A text in two: what everyone sees, and what stands behind "more"; a slot is never cut.

    Args:
        at: characters before the fold.
    """
    if len(text) <= at:
        return text, ""
    cut = at
    for match in SLOT.finditer(text):
        if match.start() < at < match.end():
            cut = match.start()
    return text[:cut], text[cut:]
