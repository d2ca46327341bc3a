"""A package in a real browser, from the disk: it loads nothing else, runs nothing, and everyone can read it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from approvals.examination.export import Package
from approvals.examination.names import safe_name

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PAGES = ("index.html", *(f"pieces/{safe_name(name)}.html" for name in ("letter", "ad", "edited", "waived")))


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 900})


def opened(page: Page, path: Path) -> list[str]:
    """Every address the page asked for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return asked


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_from_the_disk_and_asks_for_its_style_alone(page: Page, package: Package, name: str):
    asked = opened(page, package.folder / name)
    expected = {(package.folder / one).as_uri() for one in (name, "style.css")}
    assert {address for address in asked if not address.startswith("about:")} <= expected
    assert page.evaluate("getComputedStyle(document.querySelector('.sheet')).borderTopStyle") == "solid"


@pytest.mark.parametrize("name", PAGES)
def test_everyone_can_read_it(page: Page, package: Package, name: str):
    from axe_playwright_python.sync_playwright import Axe

    opened(page, package.folder / name)
    found = Axe().run(page)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


def test_links_lead_to_pages_that_are_there(page: Page, package: Package):
    for path in sorted(package.folder.rglob("*.html")):
        opened(page, path)
        links = page.eval_on_selector_all("main a[href], header a[href]", "all => all.map(a => a.href)")
        for link in links:
            if link.startswith("file:"):
                assert Path(link.removeprefix("file://").partition("#")[0]).is_file(), (path.name, link)


def test_the_letter_is_shown_in_a_frame_that_can_do_nothing(page: Page, package: Package):
    opened(page, package.folder / PAGES[1])
    frame = page.frame_locator("iframe.pv-letter")
    assert "the best time?" in frame.locator("body").inner_text()
    assert page.locator("iframe.pv-letter").get_attribute("sandbox") == ""
    marks = page.locator("mark.pv-found")
    assert marks.all_inner_texts() == ["best"]


def test_it_prints(page: Page, package: Package, tmp_path: Path):
    opened(page, package.folder / PAGES[1])
    printed = page.pdf(path=tmp_path / "letter.pdf")
    assert printed.startswith(b"%PDF")
