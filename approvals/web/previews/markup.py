"""The templates of the previews, filled: one environment that escapes everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from markupsafe import Markup

from approvals.web.words import environment

_TEMPLATES = environment((Path(__file__).parent.parent / "templates",))


def filled(template: str, **context: Any) -> Markup:
    """One template of `templates/previews/`, as markup that another page may show as it is."""
    return Markup(_TEMPLATES.get_template(f"previews/{template}").render(**context))  # noqa: S704 - autoescaped
