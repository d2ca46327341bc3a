"""The interrupt's payload, in the Agent Inbox form, so that any inbox can show what waits.

The inbox wakes a run; it does not decide. Decisions are made in the queue, by a named person, and are
read from there: an answer typed into an inbox has no author the gate could hold to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from approvals.store import StoredPiece

_SHOWN = 5


def request(run_id: str, waiting: Sequence[StoredPiece]) -> list[dict[str, Any]]:
    """Describe what waits for people.

    Args:
        run_id: the parked run.
        waiting: its pending pieces, and the approved ones that are not out yet.

    Returns:
        A list of one Agent Inbox request; arguments are flat strings, as the inbox sends them back.
    """
    pending = [item for item in waiting if item.status == "pending"]
    channels = Counter(item.piece.channel for item in pending)
    warned = sum(item.verdict == "warn" for item in pending)
    lines = [
        f"## {len(pending)} pieces of run `{run_id}` wait for a decision",
        ", ".join(f"{count} {channel}" for channel, count in sorted(channels.items()))
        + f"; {warned} carry warnings.",
        f"{len(waiting) - len(pending)} approved pieces have not gone out to everyone yet.",
        "",
        *(
            f"- `{item.piece.piece_id}` rev {item.piece.revision} ({item.segment})"
            for item in pending[:_SHOWN]
        ),
        "",
        "Decide with `vallum approve` or `vallum reject`; **accept** here only wakes the run, which then "
        "publishes what was approved and revises what was rejected. **Ignore** leaves it parked.",
    ]
    return [
        {
            "action_request": {
                "action": "decide_in_queue",
                "args": {"run": run_id, "pending": str(len(pending))},
            },
            "config": {
                "allow_accept": True,
                "allow_edit": False,
                "allow_respond": False,
                "allow_ignore": True,
            },
            "description": "\n".join(lines),
        }
    ]
