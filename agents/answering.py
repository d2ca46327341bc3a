"""How each kind of question is answered: the acts of the worker, each of which a person may also type.

Each is stopped anywhere and repeated without harm, by what it calls; here it is opened at the moment of its
question, and told in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from agents.claims import Act, Outcome, Question
from agents.forecast_runs import forecast_run, run_to_forecast
from agents.meetings import answer_market, settle_cases
from agents.occasions import Kind
from agents.opening import open_street
from agents.publishing_runs import publish_and_wake
from agents.rate_alerts import alert
from agents.replanning import replan
from agents.scenarios import prepare_scenarios
from agents.standing import end_overdue_cases, over_in_words
from approvals import releases
from approvals.anchors import keep_anchored
from approvals.answers import answers
from approvals.decisions import runs_decided_since
from approvals.limits import escalate
from approvals.market_log import MarketLog
from approvals.notifying import notify
from approvals.opening import gate_of
from approvals.rules_log import note_rules
from approvals.runs import list_runs
from approvals.settings_log import note_settings
from campaign.errors import BadInput
from tools.market.series import Market, open_market
from tools.market.updating import configured_sources, update_market

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from agents.replanning import Replan
    from agents.workflow import Street
    from tools.workspace import Workspace

WORKER = "worker"
"""Who acted, in the log."""
_FIRST_LOOK = timedelta(days=1)
"""How far back the first sweep looks for decisions."""


@dataclass(frozen=True, slots=True)
class Acts:
    """The acts of one workspace.

    Attributes:
        workspace: where everything is. engine: its database, open. environment: for channels and models.
        tell: told one line per step.
    """

    workspace: Workspace
    engine: Engine
    environment: Mapping[str, str]
    tell: Callable[[str], None]

    def by_kind(self) -> Mapping[Kind, Act]:
        """Each kind's act."""
        return {
            "fomc": self.replan, "sheet": self.replan, "survey": self.read_survey,
            "scenarios": self.prepare, "scan": self.scan, "sweep": self.sweep,
        }  # fmt: skip

    def replan(self, question: Question) -> Outcome:
        """Settle what was prepared for meetings that are over, and plan again where our rate moved."""
        with self._street(question.at) as street:
            checkpoints = self.workspace.checkpoints
            if not question.basis:
                settle_cases(street, checkpoints=checkpoints)
                said = [*_cases(self.engine, question), "No campaign stands, so nothing is replanned."]
                return Outcome(said=_sentence(said))
            answer = answer_market(street, question.basis, checkpoints=checkpoints)
            more = [replan(street, run.run_id, checkpoints=checkpoints) for run in answer.others]
            done = (answer.replanned, *more)
            for one in done:
                if one.new is not None:
                    forecast_run(street, one.new)
        told = [line for one in done for line in _replanned(one)]
        moved = [run.run_id for one in done for run in (one.old, one.new) if run is not None]
        return Outcome(said=_sentence([*_cases(self.engine, question), *told]), runs=tuple(moved))

    def prepare(self, question: Question) -> Outcome:
        """Plan the cases of a meeting that lies ahead."""
        with self._street(question.at) as street:
            meeting = date.fromisoformat(question.about)
            made = prepare_scenarios(street, meeting, checkpoints=self.workspace.checkpoints)
        names = ", ".join(run.brief.supposing.name for run in made if run.brief.supposing)
        return Outcome(
            said=f"The cases {names} are planned; their copy waits for conditional approval.",
            runs=tuple(run.run_id for run in made),
        )

    def scan(self, question: Question) -> Outcome:
        """Look through the book for whom today's prices are worth a letter, and forecast from them."""
        with self._street(question.at) as street:
            made = alert(street, checkpoints=self.workspace.checkpoints)
            if standing := run_to_forecast(street.engine, None):
                forecast_run(street, standing)
        if made is None:
            return Outcome(said="Nobody is due a rate alert today.")
        return Outcome(said="Rate alerts are written and wait for approval.", runs=(made.run_id,))

    def read_survey(self, question: Question) -> Outcome:
        """Read this week's figures from the addresses that lender.toml names, and say what they say."""
        market = open_market(self.workspace)
        rates = self.workspace.lender.rates
        if rates.survey_url or rates.treasury_url or rates.daily_url or rates.target_url:
            log = MarketLog(WORKER, question.at)
            market = update_market(
                self.workspace, configured_sources(rates), at=question.at, keeper=log
            ).market
        day = date.fromisoformat(question.about)
        week = market.snapshot(day).survey
        late = bool(rates.survey_url) and (week is None or week.week < day)
        return Outcome(said=_surveyed(market, day), failed=late)

    def sweep(self, question: Question) -> Outcome:
        """Hand on what is late, tell people, publish what was approved, expire the rest, anchor the log."""
        gate = gate_of(self.workspace, self.engine)
        moved = escalate(gate, at=question.at)
        told = notify(gate, at=question.at, environment=self.environment, outbox=self.workspace.notices)
        said = [_counted(len(moved), "piece", "handed on"), _counted(len(told.sent), "notice", "sent")]
        said += [f"{one.reason} {one.remedy}" for one in told.failed]
        said += [over_in_words(run) for run in end_overdue_cases(self.engine, at=question.at)]
        said.append(self._published(question.at))
        keep_anchored(self.engine, self.workspace, at=question.at, tell=self.tell)
        return Outcome(said=_sentence([one for one in said if one]) or "Nothing waits.")

    def _published(self, at: datetime) -> str:
        """Carry out what is due; without a price nothing can go out, and the rest of the sweep stands."""
        try:
            return _counted(self._publish(at), "placement", "published")
        except BadInput as stopped:
            return str(stopped)

    def _publish(self, at: datetime) -> int:
        """Publish, and wake the runs that people decided on since; how much went out."""
        swept = [one.began_at for one in answers(self.engine) if one.kind == "sweep" and one.finished_at]
        due = releases.releases_due(self.engine, run_id=None, untried_at=at)
        decided = runs_decided_since(self.engine, max(swept, default=at - _FIRST_LOOK))
        wanted = {one.run_id for one in due} | set(decided)
        if not wanted:
            return 0
        checkpoints = self.workspace.checkpoints
        with self._street(at) as street:
            reports = [publish_and_wake(street, run_id, checkpoints=checkpoints) for run_id in sorted(wanted)]
        return sum(len(report.publications) for report in reports)

    @contextmanager
    def _street(self, at: datetime) -> Iterator[Street]:
        street = open_street(self.workspace, at=at, environment=self.environment, progress=self.tell)
        try:
            note_settings(street.engine, street.lender, by=WORKER, at=at)
            note_rules(street.engine, street.pack, by=WORKER, at=at)
            yield street
        finally:
            street.engine.dispose()


def _cases(engine: Engine, question: Question) -> list[str]:
    """What became of the cases of a meeting, told by how their plans stand, the same whoever asks again."""
    came: dict[str, bool] = {}
    for run in list_runs(engine):
        case = run.brief.supposing
        if question.kind == "fomc" and case is not None and str(case.meeting) == question.about:
            came[case.name] = came.get(case.name, False) or run.status != "superseded"
    return [f"The case `{name}` {'came' if hit else 'did not come'}." for name, hit in sorted(came.items())]


def _replanned(done: Replan) -> list[str]:
    """Why, and what waits now; what an attempt pulled back is in the log, each piece with its reason."""
    if done.new is None:
        return [f"Nothing to replan. {done.move.reason}"]
    waits = f"{done.waiting_pieces} pieces in {done.waiting_classes} classes wait for a decision"
    return [done.move.reason, f"Run `{done.new.run_id}` takes the place of `{done.old.run_id}`; {waits}."]


def _surveyed(market: Market, day: date) -> str:
    week = market.snapshot(day).survey
    if week is None or week.week < day:
        held = f"; the last one held is of {week.week}" if week else ""
        return f"The survey of {day} is not held here{held}. Give it with `vallum rates update`."
    return f"The survey of {week.week} puts the 30-year rate at {week.rate_30y:.2f} %."


def _counted(count: int, noun: str, done: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'} {done}." if count else ""


def _sentence(parts: list[str]) -> str:
    return " ".join(parts)
