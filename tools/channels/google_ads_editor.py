"""Google Ads Editor: one CSV per release for desktop import, everything in it paused.

Form: support.google.com/google-ads/editor/answer/57747 (headers, one row per item, parents first) and the
column sets that generators for Editor 2 use; UTF-8 with BOM, RFC 4180. A person imports the file and enables
the campaign: nothing is spent because this file exists. Locations are whole states and the columns are a
closed list, so an age, a gender or a ZIP code has nowhere to stand
(support.google.com/adspolicy/answer/16701755).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from campaign.channel import FORMATS
from campaign.errors import NotInForce, Refused
from campaign.piece import Piece
from campaign.release import Ledger, Release
from tools.channels.files import adopt, file_name, place
from tools.channels.interface import IN_DOUBT, Outcome, Transport, withhold
from tools.channels.places import location
from tools.channels.search_ads_job import SearchAdsJob

SLOT = "file"
_FORM = FORMATS["google_search.rsa"]
_MOST_HEADLINES, _MOST_DESCRIPTIONS = 15, 4
_SAFE_TARGETING = frozenset({"states", "special_ad_category"})

COLUMNS: tuple[str, ...] = (
    "Campaign", "Campaign Type", "Networks", "Budget", "Budget type", "EU political ads",
    "Language targeting", "Bid Strategy Type", "Targeting method", "Exclusion method",
    "Campaign Status", "Comment", "Location",
    "Ad Group", "Ad Group Type", "Ad Group Status", "Keyword", "Criterion Type", "Ad type",
    *(f"Headline {n}{part}" for n in range(1, _MOST_HEADLINES + 1) for part in ("", " position")),
    *(f"Description {n}{part}" for n in range(1, _MOST_DESCRIPTIONS + 1) for part in ("", " position")),
    "Final URL", "Status",
)  # fmt: skip
"""Every column the file can have; a column that is not here cannot be written."""

Row = dict[str, str]


class GoogleAdsEditor(Transport[SearchAdsJob]):
    """Import files in a folder, one per release, named after it."""

    name: ClassVar[str] = "Google Ads Editor file"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, release: Release, job: SearchAdsJob, *, ledger: Ledger, at: datetime) -> Outcome:
        """Write the release's file once; see `Transport.deliver`."""
        try:
            content = editor_file(release, job)
        except Refused as error:
            return Outcome(withheld=(withhold(release, str(error)),), remains=True)
        name = f"{file_name(release.release_id)}.csv"
        path = self._folder / name
        try:
            if ledger.claim(release, SLOT, at=at):
                place(path, content, lambda: ledger.submitting(release, SLOT, at=at))
                made = ledger.deliver(release, SLOT, target=str(path), at=at)
                return Outcome(publications=(made,))
        except NotInForce as error:
            held, books = withhold(release, str(error)), frozenset({str(error)})
            return Outcome(withheld=(held,), remains=True, in_books=books)
        except Refused:
            held = withhold(release, "in the hands of another publisher")
            return Outcome(withheld=(held,), remains=True)
        if adopt(self._folder, name) is None:
            return Outcome(withheld=(withhold(release, IN_DOUBT),))
        ledger.deliver(release, SLOT, target=str(path), at=at)
        return Outcome()


def editor_file(release: Release, job: SearchAdsJob) -> bytes:
    """The file's bytes, checked by reading them back.

    Raises:
        Refused: the piece does not fit the ad, is aimed at what may not be aimed at, or has nowhere to lead.
    """
    _check_job(release.piece, job)
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_rows(release, job))
    content = buffer.getvalue().encode("utf-8-sig")
    _check_file(content, release.piece)
    return content


def _rows(release: Release, job: SearchAdsJob) -> Iterator[Row]:
    campaign, group = {"Campaign": job.campaign}, {"Campaign": job.campaign, "Ad Group": job.ad_group}
    yield campaign | {
        "Campaign Type": "Search",
        "Networks": "Google Search",
        "Budget": f"{job.daily_budget_usd:.2f}",
        "Budget type": "Daily",
        "EU political ads": "Doesn't have EU political ads",
        "Language targeting": "en",
        "Bid Strategy Type": "Maximize clicks",
        "Targeting method": "Location of presence",
        "Exclusion method": "Location of presence",
        "Campaign Status": "Paused",
        "Comment": f"Release {release.release_id}, approved by {release.approved_by}",
    }
    for state in job.states:
        yield campaign | {"Location": location(state)}
    yield group | {"Ad Group Type": "Standard", "Ad Group Status": "Enabled"}
    for phrase in job.keywords:
        yield group | {"Keyword": phrase, "Criterion Type": "Phrase", "Status": "Enabled"}
    for phrase in job.negatives:
        yield campaign | {"Keyword": phrase, "Criterion Type": "Campaign Negative Phrase"}
    yield group | _ad(release.piece, job)


def _ad(piece: Piece, job: SearchAdsJob) -> Row:
    row = {"Ad type": "Responsive search ad", "Final URL": _landing(piece, job), "Status": "Paused"}
    for number, text in enumerate(_entries(piece, "headlines"), start=1):
        row[f"Headline {number}"] = text
    for number, text in enumerate(_entries(piece, "descriptions"), start=1):
        row[f"Description {number}"] = text
        row[f"Description {number} position"] = "2" if number - 1 in job.pinned else ""
    return row


def _check_job(piece: Piece, job: SearchAdsJob) -> None:
    aimed = sorted(set(piece.targeting or {}) - _SAFE_TARGETING)
    if aimed:
        raise Refused(
            f"`{piece.piece_id}` is aimed by `{aimed[0]}`, which a loan ad may not be.",
            "Aim it at states only.",
        )
    if not job.states or not set(job.states) <= set(piece.states or job.states):
        raise Refused(
            f"`{piece.piece_id}` was approved for {', '.join(piece.states) or 'no state'} only.",
            "Aim it at those.",
        )
    if not _landing(piece, job).startswith(("https://", "http://")):
        raise Refused(f"`{piece.piece_id}` has no page to lead to.", "Set `url` in lender.toml.")
    if job.daily_budget_usd < 0.01:
        raise Refused(f"`{job.campaign}` has no budget.", "Give its placement one.")


def _check_file(content: bytes, piece: Piece) -> None:
    """Read the file as the importer would and hold the ad against the approval and the limits."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    ads = [row for row in rows if row["Ad type"]]
    for field, label, most in (
        ("headlines", "Headline", _MOST_HEADLINES),
        ("descriptions", "Description", _MOST_DESCRIPTIONS),
    ):
        shown = tuple(text for n in range(1, most + 1) if (text := ads[0][f"{label} {n}"]))
        if shown != _entries(piece, field):
            raise Refused(f"The file would not show `{field}` as approved.", "Approve the text again.")
        _check_limits(piece, field, shown)


def _check_limits(piece: Piece, field: str, shown: tuple[str, ...]) -> None:
    limit = _FORM.limit(field)
    assert limit is not None
    if not limit.least <= len(shown) <= limit.most:
        raise Refused(
            f"`{piece.piece_id}` has {len(shown)} {field}; the ad takes {limit.least} to {limit.most}.",
            "Write as many.",
        )
    for index, text in enumerate(shown):
        if _width(text) > limit.characters:
            raise Refused(
                f"`{field}[{index}]` of `{piece.piece_id}` is {_width(text)} characters; "
                f"the limit is {limit.characters}.",
                "Shorten it.",
            )


def _entries(piece: Piece, field: str) -> tuple[str, ...]:
    value = piece.fields.get(field, ())
    return (value,) if isinstance(value, str) else value


def _landing(piece: Piece, job: SearchAdsJob) -> str:
    value = piece.fields.get("landing_url", "")
    return value if isinstance(value, str) and value else job.final_url


def _width(text: str) -> int:
    """Characters as the platform counts them: full-width ones are two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
