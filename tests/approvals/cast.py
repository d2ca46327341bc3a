"""Everyone who may come to the gate, and what each of them is, written down apart from the gate's own table."""

from __future__ import annotations

from datetime import UTC, datetime

from approvals.delegating import delegate
from approvals.gate import Gate
from campaign.approval_rules import ApprovalRule
from campaign.lender import Person
from campaign.piece import Speaker
from tests.approvals.gate import AT, LENDER

SPEAKER = Speaker(name="Lou Field", nmls="2000001")
STAND_INS = {
    "Dora Vale": "Max Orr",
    "Dina West": "Lou Field",
    "Dell Xu": "Ruth Calder",
    "Dean York": "Ada Stone",
}
PEOPLE = (
    Person(name="Max Orr", role="marketer"),
    Person(name="Lou Field", role="loan_officer"),
    Person(name="Pat Reed", role="loan_officer"),
    Person(name="Ruth Calder", role="compliance"),
    Person(name="Ada Stone", role="admin"),
    *(Person(name=name, role="loan_officer") for name in STAND_INS),
)
# Whoever decides counts, as one of three, so that no first approval is the last.
ANYBODY = ApprovalRule(name="Three of us", roles=("loan_officer",), people=3)
STAFFED = LENDER.model_copy(update={"people": PEOPLE, "approvals": (ANYBODY,)})
NOBODY = "Ann Stray"
EVERYONE = (*(person.name for person in PEOPLE), NOBODY)

_KINDS = {
    "Max Orr": {"marketer"},
    "Lou Field": {"speaker"},
    "Pat Reed": {"officer"},
    "Ruth Calder": {"compliance"},
    "Ada Stone": {"admin"},
    "Dora Vale": {"officer", "marketer"},
    "Dina West": {"officer", "speaker"},
    "Dell Xu": {"officer", "compliance"},
    "Dean York": {"officer", "admin"},
    NOBODY: set[str](),
}
_LISTED = "marketer speaker officer compliance admin"
_RUNNING = "marketer compliance admin"
_OPEN = "pending blocked returned"
_NOT_BEFORE_THE_QUEUE = (
    "blocked pending returned withdrawn approved approved_conditionally rejected released published expired "
    "recalled"
)
EXPECTED: dict[str, tuple[str, str | None]] = {
    "view": (_LISTED, None),
    "comment": (_LISTED, None),
    "edit": (f"{_RUNNING} speaker", _NOT_BEFORE_THE_QUEUE),
    "approve": ("compliance admin speaker", "pending"),
    "approve_conditionally": ("compliance admin", "pending"),
    "reject": ("compliance admin speaker", "pending"),
    "return": ("compliance admin speaker", "pending"),
    "withdraw": (f"{_RUNNING} speaker", f"{_OPEN} approved approved_conditionally"),
    "assign": (_RUNNING, _OPEN),
    "waive": ("compliance", "blocked pending"),
    "revoke": ("compliance", None),
    "rescreen": ("compliance admin", "blocked pending"),
    "recall": (_RUNNING, "released published"),
    "pause": (_RUNNING, None),
    "resume": ("compliance admin", None),
    "delegate": ("admin speaker", None),
    "read_audit": ("compliance admin", None),
    "export": ("compliance admin", None),
    "dispose": ("admin", None),
    "manage_accounts": ("admin", None),
}
"""Act -> who may, where the piece speaks in Lou Field's name, and while it stands where; None for anywhere."""


def kinds(name: str, *, spoken: bool) -> set[str]:
    """What someone is to a piece; a loan officer whose name is on nothing is one among others."""
    return {"officer" if kind == "speaker" and not spoken else kind for kind in _KINDS[name]}


def expected(name: str, act: str, status: str, *, spoken: bool) -> bool:
    """Whether someone may, by the table above."""
    who, where = EXPECTED[act]
    return bool(kinds(name, spoken=spoken) & set(who.split())) and (where is None or status in where.split())


def send_away(gate: Gate) -> None:
    """Everyone who has a stand-in is on leave, and is there all the same."""
    for stand_in, absent in STAND_INS.items():
        delegate(
            gate, absent=absent, stand_in=stand_in, starts=AT.date(), until=AT.date(), by="Ada Stone", at=AT
        )


EARLIER = datetime(2026, 2, 20, 17, 0, tzinfo=UTC)
"""Before anybody went on leave."""
