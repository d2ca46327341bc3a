"""`vallum check` as typed, for the example lender, in Idaho, on one day; with texts to check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from campaign.answer import Answer
from policies.commands import check

LENDER = Path(__file__).parents[2] / "tools/examples/lender.toml"
DAY = "2026-11-24"
FOOTER = (
    "Cedar & Main Mortgage, LLC, NMLS ID #1999901 (www.nmlsconsumeraccess.org), "
    "410 Juniper Street, Suite 200, Boise, ID 83702. Equal Housing Opportunity. This is an advertisement. "
    "Unsubscribe: https://www.cedarandmain.example/unsubscribe"
)
CLEAN = f"Buying in Boise this winter? Talk it over with us.\n\n{FOOTER}\n"
BARE = "Buying in Boise this winter? Talk it over with us.\n"
BLOCKED = f"Guaranteed approval on every application.\n\n{FOOTER}\n"
GUARANTEE = "udaap.guaranteed-approval"


def run(*files: Path | str, **options: Any) -> Answer:
    """The command's answer."""
    plain: dict[str, Any] = {"lender": LENDER, "state": ["ID"], "as_of": DAY, "form": "text"}
    names = [str(file) for file in files] or None
    return check(names, **(plain | options))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """A file with this content, bytes as they are."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def found(answer: Answer, rule: str = GUARANTEE) -> list[dict[str, Any]]:
    """Findings of one rule over all pieces, each with the id of its piece."""
    return [
        {"piece": piece["id"], **finding}
        for piece in answer.document["pieces"]
        for finding in piece["findings"]
        if finding["rule"] == rule
    ]


def told(answer: Answer) -> str:
    """What a person reads."""
    return "\n".join(str(line) for line in answer.view())


def rules(answer: Answer, index: int = 0) -> set[str]:
    """Rules that found something in one piece."""
    return {finding["rule"] for finding in answer.document["pieces"][index]["findings"]}


def case(text: str, **more: Any) -> str:
    """One line of a file of cases."""
    fields = {"subject": "A note from Cedar & Main", "body": text, "footer": FOOTER}
    return json.dumps({"id": "c-1", "channel": "email", "states": ["ID"], "fields": fields} | more)
