"""Parts of pages: templates filled on their own, by an environment that escapes everything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from approvals.web.words import environment

FOLDER = Path(__file__).parent / "templates"
TEMPLATES = environment(FOLDER)


def filled(template: str, /, **context: Any) -> Markup:
    """One template of `templates/`, as markup that a page may show as it is."""
    return filled_from(TEMPLATES, template, **context)


def filled_from(templates: Environment, template: str, /, **context: Any) -> Markup:
    """The same with the templates of another room, whose environment escapes as this one does."""
    return escape(templates.get_template(template).make_module(context))
