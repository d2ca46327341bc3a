"""The command as scripts and people meet it: the document's form, the files it draws, what it refuses."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest

import cli
from agents.backtest.picture import LEFT, RIGHT
from agents.backtest.wording import assumptions, definitions
from tests.agents.backtest.paths import path, replayed

ROOT = Path(__file__).parent.parent.parent.parent
SVG = "{http://www.w3.org/2000/svg}"
ASKED = ("backtest", "--from", "2023-10-01", "--to", "2024-12-31", "--loans", "public.csv")
DAYS = 458


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = [f"2022,250000,{rate / 8},1" for rate in range(40, 64) for _ in range(3)]
    header = "activity_year,loan_amount,interest_rate,action_taken"
    Path("public.csv").write_text("\n".join((header, *rows)), encoding="utf-8")
    return tmp_path


def refused(capsys, *arguments: str) -> str:
    assert cli.main([*ASKED, *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_the_document_keeps_its_form(capsys):
    assert cli.main([*ASKED, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["from"], document["to"], document["days"]) == ("2023-10-01", "2024-12-31", DAYS)
    assert set(document["planners"]) == {"vallum", "monthly", "quarterly"}
    for sums in (*document["planners"].values(), *document["peers"].values()):
        assert {"stale_days", "missed_days", "pieces"} <= set(sums)
        assert all(isinstance(number, int) and number >= 0 for number in sums.values())
    assert document["book"] == {"source": "public", "loans": 72, "undated": 0}
    # fifteen months of quarters and months
    assert document["planners"]["quarterly"]["plans"] == 5
    assert document["planners"]["monthly"]["plans"] == 15


def test_options_change_the_terms_for_everyone(capsys):
    def planners(*more: str) -> dict:
        assert cli.main([*ASKED, "--json", *more]) == 0
        return json.loads(capsys.readouterr().out)["planners"]

    plain, slow = planners(), planners("--approval-days", "5")
    for key in ("vallum", "monthly", "quarterly"):
        assert slow[key]["missed_days"] > plain[key]["missed_days"]
    assert planners("--tolerance", "40")["vallum"]["stale_days"] > plain["vallum"]["stale_days"] == 0


def test_people_read_a_table_with_its_definitions(capsys):
    assert cli.main([*ASKED]) == 0
    shown = capsys.readouterr().out
    for name in ("Vallum", "Monthly plan", "Quarterly plan", "Quarterly, list of the day"):
        assert re.search(rf"^{name}( +[\d,]+){{3}} +\d+%( +[\d,]+){{3}}$", shown, re.MULTILINE), name
    for word in ("Stale:", "Window:", "Missed:", "Pieces:"):
        assert f"\n{word} " in shown


def test_the_picture_shows_every_day_of_every_planner_once(capsys):
    assert cli.main([*ASKED, "--json", "--plot", "picture.svg"]) == 0
    planners = json.loads(capsys.readouterr().out)["planners"]
    root = Tree.fromstring(Path("picture.svg").read_text(encoding="utf-8"))
    strips: dict[str, list[Tree.Element]] = {}
    for part in root.iter(f"{SVG}rect"):
        if part.find(f"{SVG}title") is not None:
            place = float(part.attrib["y"]) - (9 if part.attrib["class"] == "bt-none" else 0)
            strips.setdefault(str(place), []).append(part)
    assert len(strips) == 6
    a_day = (RIGHT - LEFT) / DAYS
    for parts in strips.values():
        edges = [(float(part.attrib["x"]), float(part.attrib["width"])) for part in parts]
        assert edges[0][0] == LEFT
        assert sum(edges[-1]) == pytest.approx(RIGHT, abs=0.02)
        assert all(x + width == pytest.approx(after, abs=0.02) for (x, width), (after, _) in pairwise(edges))
    # quarterly, monthly, Vallum from above; each a strip for its rate and one for the window
    drawn = [
        {kind: sum(float(p.attrib["width"]) for p in parts if p.attrib["class"] == f"bt-{kind}") / a_day
         for kind in ("stale", "missed")}
        for _, parts in sorted(strips.items(), key=lambda strip: float(strip[0]))
    ]  # fmt: skip
    for place, key in enumerate(("quarterly", "monthly", "vallum")):
        assert drawn[2 * place]["stale"] == pytest.approx(planners[key]["stale_days"], abs=0.5)
        assert drawn[2 * place + 1]["missed"] == pytest.approx(planners[key]["missed_days"], abs=0.5)


def test_the_colours_of_the_strips_stay_apart_in_grey():
    assert cli.main([*ASKED, "--plot", "picture.svg"]) == 0
    styles = dict(re.findall(r"\.bt-(\w+) \{ fill: (#[0-9a-f]{6})", Path("picture.svg").read_text()))
    light = sorted(_lightness(styles[name]) for name in ("fine", "stale", "missed"))
    assert all(after - before > 20 for before, after in pairwise(light))


def test_the_picture_marks_each_meeting_of_the_fed_with_its_decision():
    assert cli.main([*ASKED, "--plot", "picture.svg"]) == 0
    titles = [title.text for title in Tree.parse("picture.svg").iter(f"{SVG}title")]
    assert "18 Sep 2024: cut by 50 bps to 4.75–5.00 %" in titles
    assert sum(" Fed" not in title and ": held at" in title for title in titles) == 7


def test_the_page_is_complete_in_itself_and_does_nothing():
    assert cli.main([*ASKED, "--html", "page.html"]) == 0
    text = Path("page.html").read_text(encoding="utf-8")
    page = _Reader()
    page.feed(text)
    assert {"h1", "svg", "table", "dl", "ul"} <= page.tags
    assert not page.tags & {"script", "link", "img", "iframe", "object", "form"}
    assert page.addresses == []
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_the_documentation_says_what_the_page_says():
    told = " ".join((ROOT / "docs" / "backtest.md").read_text(encoding="utf-8").split())
    still = replayed(path(7.00))
    for word, meaning in definitions(still).items():
        assert f"**{word}**: {meaning}" in told
    for sentence in assumptions(still):
        assert sentence in told


def test_what_cannot_be_asked_is_said_in_a_sentence(capsys):
    assert "lies after" in refused(capsys, "--from", "2025-06-01")
    assert "starts on 2000-01-07" in refused(capsys, "--from", "1999-06-01")
    assert "Give an earlier --to" in refused(capsys, "--to", "2099-01-01")
    assert "`soon` is no day" in refused(capsys, "--to", "soon")
    assert "approval_days" in refused(capsys, "--approval-days", "99")
    assert "window_share" in refused(capsys, "--window-share", "0")
    assert "cannot be written" in refused(capsys, "--plot", "nowhere/picture.svg")
    assert "absent.csv" in refused(capsys, "--loans", "absent.csv")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action", "xlink:href")]


def _lightness(colour: str) -> float:
    """CIE L* of a colour, 0 to 100."""
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    ]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16
