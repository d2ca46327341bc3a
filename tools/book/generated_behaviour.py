"""What the people of the example book did and agreed to; all of it is the generator's own making.

How often someone opens, clicks, visits and applies follows the published prepayment curve at that person's
rate incentive on the day of the mail, the age of the loan and its size, so that there is something to be
learnt that real borrowers are known to do. The levels (a fifth opens, a tenth of those clicks) are
assumptions, as are the shares of consent. Nothing here depends on who a person is.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator
from numpy.typing import NDArray

from tools.book.distributions import Numbers, Words
from tools.book.generated_loans import Days, survey_on
from tools.market.prepayment import prepayment_steps

MONTHS = 18
"""How far back engagement goes."""
CAMPAIGNS = 6
GRANTED, REFUSED = 0.78, 0.06
"""Shares of contacts with a known consent and a known refusal for e-mail; the rest is unknown."""
TEXTED = 0.18
SUPPRESSED = 0.03
BOUNCES, UNSUBSCRIBES = 0.008, 0.002
YOUNG_MONTHS = 6
"""Published prepayment in a loan's first six months is about a third of the later level."""

Columns = dict[str, NDArray[np.generic]]


def draw_consents(contacts: Words, since: Days, rng: Generator, as_of: date) -> Columns:
    """Consents for e-mail and, of some, for text messages, from the day a contact was first recorded on."""
    chance = rng.random(contacts.size)
    email = chance < GRANTED + REFUSED
    text = rng.random(contacts.size) < TEXTED
    who = np.concatenate([contacts[email], contacts[text]])
    start = np.concatenate([since[email], since[text]])
    channel = np.repeat(["email", "sms"], [email.sum(), text.sum()])
    granted = np.concatenate([chance[email] < GRANTED, np.full(int(text.sum()), True)])
    source = rng.choice(["application form", "web form", "call"], size=who.size, p=[0.6, 0.3, 0.1])
    at = _within(start, rng.random(who.size) * 30 * 86_400, as_of)
    return {"contact_id": who, "channel": channel, "granted": granted, "at": at, "source": source}


def draw_suppressions(contacts: Words, since: Days, rng: Generator, as_of: date) -> Columns:
    """A few contacts that may not be addressed at all."""
    some = rng.random(contacts.size) < SUPPRESSED
    reasons = rng.choice(
        ["unsubscribed", "complaint", "do not contact"], size=int(some.sum()), p=[0.8, 0.05, 0.15]
    )
    span = (np.datetime64(as_of, "D") - since[some]).astype(np.float64)
    at = _within(since[some], rng.random(int(some.sum())) * span * 86_400, as_of)
    return {"contact_id": contacts[some], "address": np.full(reasons.size, ""), "reason": reasons, "at": at}


def draw_events(
    contacts: Words, funded: Days, note_rate: Numbers, balance: Numbers, rng: Generator, as_of: date
) -> Columns:
    """Engagement over the 18 months before `as_of`, one mail a quarter and what people did with it.

    Args:
        contacts: who may be written to, with a consent.
        funded: day each one's loan was paid out, `NaT` without one.
        note_rate: percent, `nan` without a loan. balance: dollars, 0 without a loan.
        rng: the source of chance. as_of: the last day on which anything happens.
    """
    parts = []
    for turn in range(CAMPAIGNS):
        back = 10 + turn * MONTHS * 30 // CAMPAIGNS
        sent = np.datetime64(as_of, "D") - np.timedelta64(back, "D")
        there = np.isnat(funded) | (funded < sent)
        parts += _answers(
            contacts[there],
            _eagerness(funded[there], note_rate[there], sent),
            np.clip(balance[there] / 300_000, 0.5, 1.5),
            rng,
            sent,
            as_of,
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def draw_applications(
    contacts: Words, days: Days | NDArray[np.generic], rng: Generator, as_of: date
) -> Columns:
    """The application behind each loan that is not decided, or was not taken."""
    start = days.astype("datetime64[D]")
    return {
        "contact_id": contacts,
        "at": _within(start, rng.random(contacts.size) * 86_000, as_of),
        "kind": np.full(contacts.size, "application"),
        "channel": np.full(contacts.size, "web"),
        "campaign": np.full(contacts.size, ""),
    }


def as_arrow(values: NDArray[np.generic]) -> pa.Array:
    """A column for the engine or a file: moments in UTC, and nulls for `nan`, `NaT` and empty words."""
    if values.dtype.kind == "M" and values.dtype != np.dtype("datetime64[D]"):
        return pa.array(values.astype("datetime64[s]"), type=pa.timestamp("s", tz="UTC"), from_pandas=True)
    if values.dtype.kind == "U":
        words = pa.array(values)
        return pc.if_else(pc.equal(words, ""), None, words)
    return pa.array(values, from_pandas=True)


def yearly_prepayment(incentive_bps: Numbers) -> Numbers:
    """The published prepayment curve for many loans at once, shares a year."""
    starts, levels = prepayment_steps()
    place = np.searchsorted(np.array(starts), incentive_bps, side="right") - 1
    return np.asarray(np.array(levels)[np.maximum(place, 0)])


def _eagerness(funded: Days, note_rate: Numbers, sent: np.datetime64) -> Numbers:
    """Published prepayment at the incentive of the day, a third of it at first; 0.08 without a loan."""
    market = survey_on(np.full(funded.size, sent), 30)
    known = ~np.isnan(note_rate) & ~np.isnat(funded)
    curve = yearly_prepayment(np.where(known, (note_rate - market) * 100, 0))
    age = np.where(known, (sent - funded).astype("timedelta64[D]").astype(np.float64) / 30.4, 12)
    return np.where(known, np.where(age < YOUNG_MONTHS, curve / 3, curve), 0.08)


def _answers(
    contacts: Words, eager: Numbers, size: Numbers, rng: Generator, sent: np.datetime64, as_of: date
) -> list[Columns]:
    """One mail and everything that followed from it, each step among those of the step before."""
    name = f"home letter {sent.astype('datetime64[M]')}"
    every = np.arange(contacts.size)
    start = np.full(contacts.size, sent.astype("datetime64[s]") + np.timedelta64(15 * 3600, "s"))
    opened = every[rng.random(every.size) < 0.14 + 0.6 * eager]
    clicked = opened[rng.random(opened.size) < (0.02 + 0.9 * eager[opened]) * size[opened]]
    visited = clicked[rng.random(clicked.size) < 0.7]
    applied = visited[rng.random(visited.size) < 1.2 * eager[visited] * size[visited]]
    steps = (
        ("sent", "email", every, 0, 1),
        ("bounce", "email", every[rng.random(every.size) < BOUNCES], 1, 3_600),
        ("open", "email", opened, 3_600, 86_400),
        ("unsubscribe", "email", opened[rng.random(opened.size) < UNSUBSCRIBES], 86_401, 3_600),
        ("click", "email", clicked, 90_001, 3_600),
        ("visit", "web", visited, 93_602, 600),
        ("application", "web", applied, 94_300, 500_000),
    )
    return [
        {
            "contact_id": contacts[who],
            "at": _within(start[who], first + rng.random(who.size) * span, as_of),
            "kind": np.full(who.size, kind),
            "channel": np.full(who.size, channel),
            "campaign": np.full(who.size, name),
        }
        for kind, channel, who, first, span in steps
    ]


def _within(start: NDArray[np.datetime64], seconds: Numbers, as_of: date) -> NDArray[np.datetime64]:
    """Moments some seconds after a start, never after the day before `as_of` has ended."""
    at = start.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    return np.asarray(np.minimum(at, np.datetime64(as_of, "s") - np.timedelta64(1, "s")))
