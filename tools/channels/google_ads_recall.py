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

BY_HAND = "Pause the campaign and remove the ad in Google Ads by hand."
_NAMED = ("Campaign", "Ad Group", "Ad type", "Final URL")


def write_removal(delivered: Path) -> Path:
    """Write the file beside the one that went out; writing it again changes nothing.

    Returns:
        Its path: the delivered name with `.remove.csv`.

    Raises:
        BadInput: the delivered file is gone or is no such file any more, or the folder cannot be written.
    """
    path = delivered.with_suffix(".remove.csv")
    try:
        path.write_bytes(removal(delivered.read_bytes()))
    except OSError as error:
        raise BadInput(f"`{path.name}` cannot be written ({error.strerror}).", BY_HAND) from error
    except (UnicodeDecodeError, csv.Error, KeyError) as error:
        raise _no_such_file(delivered.name) from error
    return path


def removal(delivered: bytes) -> bytes:
    """The rows that take an imported file's ad away (UTF-8 with BOM, RFC 4180).

    Raises:
        UnicodeDecodeError, csv.Error, KeyError: it is no file for the importer, or names no campaign or ad.
    """
    rows = list(csv.DictReader(io.StringIO(delivered.decode("utf-8-sig"), newline="")))
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    made = {"campaign": False, "ad": False}
    for row in rows:
        if row["Campaign Type"]:
            made["campaign"] = True
            writer.writerow({"Campaign": row["Campaign"], "Campaign Status": "Paused"})
        elif row["Ad type"]:
            shown = {
                name: row[name] for name in COLUMNS if name in _NAMED or name.startswith(("Headline", "Desc"))
            }
            made["ad"] = True
            writer.writerow(shown | {"Status": "Removed"})
    if missing := [kind for kind, found in made.items() if not found]:
        raise KeyError(missing[0])
    return buffer.getvalue().encode("utf-8-sig")


def _no_such_file(name: str) -> BadInput:
    return BadInput(f"`{name}` is no longer the file that went out.", BY_HAND)
