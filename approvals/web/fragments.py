"""Parts of pages: templates filled on their own, by an environment that escapes everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from approvals.web.words import environment

_TEMPLATES = environment((Path(__file__).parent / "templates",))


def filled(template: str, **context: Any) -> Markup:
    """One template of `templates/`, as markup that a page may show as it is."""
    return Markup(_TEMPLATES.get_template(template).render(**context))  # noqa: S704 - autoescaped
