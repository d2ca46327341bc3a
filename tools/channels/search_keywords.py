"""What people type when they want what a theme offers: phrase keywords, and words that mean something else.

Keywords are the lender's choice of whom to meet, so none names a person's traits, a place smaller than a
state, or a competitor.
"""

from __future__ import annotations

THEME_KEYWORDS: dict[str, tuple[str, ...]] = {
    "rate_review": (
        "refinance mortgage",
        "mortgage refinance rates",
        "lower my mortgage payment",
        "refinance home loan",
        "should i refinance",
    ),
    "equity": (
        "cash out refinance",
        "use home equity",
        "home equity options",
        "refinance to renovate",
        "heloc or cash out refinance",
    ),
    "purchase": (
        "home loan pre approval",
        "mortgage pre approval",
        "home purchase loan",
        "mortgage lender for home purchase",
        "how much house can i afford",
    ),
    "relationship": (
        "mortgage review",
        "talk to a mortgage lender",
        "mortgage loan officer",
        "home loan advice",
    ),
}
NEGATIVE_KEYWORDS = (
    "jobs",
    "salary",
    "license course",
    "reverse mortgage",
    "forbearance",
    "foreclosure help",
    "student loan",
    "car loan",
)


def keywords_for(theme: str) -> tuple[str, ...]:
    """The keywords of a theme; a theme of no known name asks only for a talk."""
    return THEME_KEYWORDS.get(theme, THEME_KEYWORDS["relationship"])
