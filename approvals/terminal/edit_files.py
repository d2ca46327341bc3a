"""New texts for an edit, as a person gives them: `name=text` options, or a JSON file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from campaign.errors import BadInput, Unreadable
from campaign.piece import FieldText


def fields_of(options: Sequence[str], file: Path | None) -> dict[str, FieldText]:
    """Field name -> its new text.

    Args:
        options: `name=text`. file: a JSON object of texts, or lists of texts.

    Raises:
        BadInput: nothing is given, or an option has no `=`. Unreadable: the file is no such object.
    """
    fields: dict[str, FieldText] = {} if file is None else _read(file)
    for option in options:
        name, equals, text = option.partition("=")
        if not equals or not name.strip():
            raise BadInput(f"`{option:.40}` names no field.", "Write `--field body=New text`.")
        fields[name.strip()] = text
    if not fields:
        raise BadInput("No field is named.", "Give --field name=text, or --file with JSON.")
    return fields


def _read(file: Path) -> dict[str, FieldText]:
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Unreadable(str(file), "is no JSON.", "Write an object: field name to text.") from error
    if not isinstance(raw, dict):
        raise Unreadable(str(file), "is no JSON object.", "Write an object: field name to text.")
    fields: dict[str, FieldText] = {}
    for name, value in raw.items():
        if isinstance(value, str):
            fields[name] = value
        elif isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            fields[name] = tuple(value)
        else:
            raise Unreadable(
                f"{file}: {name}", "is neither a text nor a list of texts.", "Write one of them."
            )
    return fields
