"""A vandal who has the database open: what decides something, and what is only listed."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from approvals.database import open_database
from tests.approvals.gate import by_hand
from tests.laws.gate_model import LIVE
from tests.laws.gate_pieces import PICK
from tests.laws.gate_publishers import Publishers

ALTERING = (
    "UPDATE pieces SET noun = replace(noun, 'us.', 'us!') WHERE {row}",
    "UPDATE pieces SET noun = replace(noun, '6.125%', '5.125%') WHERE {row}",
    'UPDATE pieces SET noun = replace(noun, \'"authors":["\', \'"authors":["Nobody","\') WHERE {row}',
    "UPDATE pieces SET content_hash = 'x' WHERE {row}",
    "UPDATE pieces SET placement_id = 'everyone.email' WHERE {row}",
    "UPDATE pieces SET pack_version = 'pack x' WHERE {row}",
    "UPDATE pieces SET channel = 'meta' WHERE {row}",
    "UPDATE pieces SET status = 'approved' WHERE {row}",
    "UPDATE pieces SET status = 'published' WHERE {row}",
    "UPDATE pieces SET status = 'pending' WHERE {row}",
    "DELETE FROM findings WHERE {row}",
    "DELETE FROM decisions WHERE {row}",
    "UPDATE decisions SET noun = replace(noun, '\"low\":6.4', '\"low\":1.4') WHERE {row}",
    'UPDATE decisions SET noun = replace(noun, \'"by":"\', \'"by":"Sam \') WHERE {row}',
    "UPDATE decisions SET noun = replace(noun, '\"reject\"', '\"approve\"') WHERE {row}",
    "DELETE FROM endorsements WHERE {row}",
    "INSERT OR IGNORE INTO endorsements SELECT piece_id, revision, 'sam ott', noun FROM decisions WHERE {row}",
    "UPDATE endorsements SET noun = replace(noun, 'Ruth Calder', 'Ada Stone') WHERE {row}",
)
"""Changes that say something else of who approved what: nothing may come of such a revision any more."""
LISTED = (
    "UPDATE pieces SET class_key = 'a class', verdict = 'pass', rules = '', assignee = 'sam ott' WHERE {row}",
    "UPDATE pieces SET class_key = (SELECT class_key FROM pieces WHERE row_id = 1) WHERE {row}",
    "UPDATE pieces SET due_at = NULL, segment = 'Everyone', angle = '', survey_rate = 1.0 WHERE {row}",
    "UPDATE decisions SET \"by\" = 'Nobody', answer = 'reject' WHERE {row}",
    "UPDATE tallies SET n = 0",
    "DELETE FROM classes",
)
"""Changes of what is only listed: they decide nothing, so nothing that may go out is held."""
OF_WAIVERS = {
    "revoked": "UPDATE waivers SET revoked_at = NULL WHERE waiver_id = '{name}'",
    "changed": "UPDATE waivers SET noun = replace(noun, '\"until\":\"2026', '\"until\":\"2036') WHERE waiver_id = '{name}'",
    "gone": "DELETE FROM waivers WHERE waiver_id = '{name}'",
}


class Vandal(Publishers):
    """Rows changed by hand; and every process ended and begun again."""

    miscounted: bool

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, change=st.sampled_from(ALTERING), at_once=st.booleans())
    def vandalise(self, pick: int, change: str, at_once: bool) -> None:
        """Someone with the database open changes what a revision says."""
        stands = (*LIVE, "pending")
        names = sorted(name for name, one in self.book.revisions.items() if one.status in stands)
        names = names or sorted(self.book.revisions)
        name = names[pick % len(names)]
        row = f"piece_id = '{name[0]}' AND revision = {name[1]}"
        before = self._rows(row)
        by_hand(self.engine, change.format(row=row).replace(":", "\\:"))
        if self._rows(row) != before:
            self.book.revisions[name].edited = self.miscounted = True
        if at_once:
            self.try_out(*name)

    def try_out(self, piece_id: str, revision: int) -> None:
        """Approved by whoever usually may, and claimed by whoever holds its pass."""
        known = self.book.revisions[piece_id, revision]
        if known is self.book.latest(piece_id):
            self.ask_approval(known, "Ruth Calder")
        for release in self.held:
            if self._of(release) is known:
                self.claim(0, "file", None, among=[release])

    @precondition(lambda self: self.book.revisions)
    @rule(pick=PICK, change=st.sampled_from(LISTED))
    def scribble(self, pick: int, change: str) -> None:
        """They change what is only listed; a class that somebody opens then holds what is none of it."""
        names = sorted(self.book.revisions)
        name, revision = names[pick % len(names)]
        by_hand(self.engine, change.format(row=f"piece_id = '{name}' AND revision = {revision}"))
        self.miscounted = True
        if "class_key" in change:
            self.misplaced.add((name, revision))
        if "class_key" in change and self.standing("pending"):
            self.look_and_decide(0, "Ruth Calder", "approve")

    @precondition(lambda self: self.book.waivers)
    @rule(pick=PICK, how=st.sampled_from([*OF_WAIVERS]))
    def forge_waiver(self, pick: int, how: str) -> None:
        """They bring a waiver back, lengthen it, or take it away."""
        name = sorted(self.book.waivers)[pick % len(self.book.waivers)]
        waiver = self.book.waivers[name]
        by_hand(self.engine, OF_WAIVERS[how].format(name=name).replace(":", "\\:"))
        if how == "gone":
            del self.book.waivers[name]
        elif how == "revoked":
            waiver.standing = True
        else:
            waiver.changed = True

    @rule()
    def restart(self) -> None:
        """Every process ends and starts again."""
        url = self.engine.url.render_as_string(hide_password=False)
        self.engine.dispose()
        self.engine = open_database(url)

    def _rows(self, row: str) -> list[tuple[object, ...]]:
        tables = ("pieces", "findings", "decisions", "endorsements")
        with self.engine.connect() as connection:
            return [
                tuple(found)
                for table in tables
                for found in connection.exec_driver_sql(f"SELECT * FROM {table} WHERE {row}")
            ]
