"""Taking a search ad back: a file for Google Ads Editor that removes the ad and pauses its campaign.

Made from the file that went out, so that campaign, group and ad are named exactly as there. A person imports
it; until then nothing changes on the platform. Form: support.google.com/google-ads/editor/answer/57747.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from campaign.errors import BadInput
from tools.channels.google_ads_editor import COLUMNS

_NAMED = ("Campaign", "Ad Group", "Ad type", "Final URL")


def write_removal(delivered: Path) -> Path:
    """Write the file beside the one that went out; writing it again changes nothing.

    Returns:
        Its path: the delivered name with `.remove.csv`.

    Raises:
        BadInput: the delivered file is gone, or the folder cannot be written.
    """
    path = delivered.with_suffix(".remove.csv")
    try:
        path.write_bytes(removal(delivered.read_bytes()))
    except OSError as error:
        raise BadInput(
            f"`{path.name}` cannot be written ({error.strerror}).",
            "Pause the campaign and remove the ad in Google Ads by hand.",
        ) from error
    return path


def removal(delivered: bytes) -> bytes:
    """The rows that take an imported file's ad away (UTF-8 with BOM, RFC 4180)."""
    rows = list(csv.DictReader(io.StringIO(delivered.decode("utf-8-sig"), newline="")))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        if row["Campaign Type"]:
            writer.writerow({"Campaign": row["Campaign"], "Campaign Status": "Paused"})
        elif row["Ad type"]:
            shown = {
                name: row[name] for name in COLUMNS if name in _NAMED or name.startswith(("Headline", "Desc"))
            }
            writer.writerow(shown | {"Status": "Removed"})
    return buffer.getvalue().encode("utf-8-sig")
