"""The interrupt's payload, in the Agent Inbox form, so that any inbox can show what waits; and its answers.

The form is that of `HumanInterrupt` and `HumanResponse` (github.com/langchain-ai/agent-inbox): a list of one
request goes out, a list of one response comes back. The inbox wakes a run or leaves it parked; it does not
decide. Decisions are made in the queue, by a named person, and are read from there: an answer typed into an
inbox has no author the gate could hold to. What is typed there is kept as a remark on the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from agents.run_state import Heard
from tools.notices.message import inert

if TYPE_CHECKING:
    from approvals.parked import Parked

LONGEST = 2000
_REMARKS_SHOWN = 3


WOKEN = Heard(kind="accept", words="")


def request(run_id: str, waiting: Parked) -> list[dict[str, Any]]:
    """Describe what waits for people.

    Args:
        run_id: the parked run. waiting: what it waits for.

    Returns:
        A list of one Agent Inbox request; arguments are flat strings, as the inbox sends them back.
    """
    pending = sum(waiting.pending.values())
    return [
        {
            "action_request": {"action": "decide_in_queue", "args": {"run": run_id, "pending": str(pending)}},
            "config": {
                "allow_accept": True,
                "allow_edit": False,
                "allow_respond": True,
                "allow_ignore": True,
            },
            "description": "\n".join(_description(run_id, waiting, pending)),
        }
    ]


def heard(answer: object) -> Heard:
    """What an inbox, or whoever else resumed the run, answered.

    Anything may come back. What is no plain `accept` or `ignore` is a remark: its words, or the whole of it
    as JSON, so that nothing somebody typed is lost and nothing of it is mistaken for a decision.
    """
    response = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    kind = response.get("type") if isinstance(response, Mapping) else None
    if kind == "accept":
        return WOKEN
    if kind == "ignore" or response is None:
        return Heard(kind="ignore", words="")
    args = response.get("args") if isinstance(response, Mapping) else None
    words = args if kind == "response" and isinstance(args, str) else _as_words(response)
    said = inert(words, LONGEST)
    return Heard(kind="remark", words=said) if said else Heard(kind="ignore", words="")


def _as_words(response: object) -> str:
    return response if isinstance(response, str) else json.dumps(response, ensure_ascii=False, default=str)


def _description(run_id: str, waiting: Parked, pending: int) -> Iterator[str]:
    channels = ", ".join(f"{count} {channel}" for channel, count in sorted(waiting.pending.items()))
    yield f"## {pending} pieces of run {_as_code(run_id)} wait for a decision"
    yield f"{channels}; {waiting.warned} carry warnings." if channels else "Nothing is pending."
    if waiting.returned:
        yield f"{waiting.returned} were returned and wait for changes."
    yield f"{waiting.unsent} approved pieces have not gone out to everyone yet."
    yield ""
    for item in waiting.first:
        yield f"- {_as_code(item.piece)} rev {item.revision} ({_as_code(item.segment)})"
    if waiting.remarks:
        yield "\nSaid here, kept as remarks on the run, and deciding nothing:\n"
        for remark in waiting.remarks[-_REMARKS_SHOWN:]:
            yield f"- {remark.at:%Y-%m-%d %H:%M} UTC: {_as_code(remark.words)}"
    yield (
        "\nDecide with `vallum approve` or `vallum reject`, or on the approvers' page. **Accept** here only "
        "wakes the run, which then publishes what was approved and revises what was rejected. **Ignore** "
        "leaves it parked. **Respond** keeps your words as a remark on the run and leaves it parked."
    )


def _as_code(words: str) -> str:
    """Words from elsewhere as Markdown shows them literally: no link, no image, no markup."""
    return f"`{inert(words).replace('`', chr(0x2BC))}`"
