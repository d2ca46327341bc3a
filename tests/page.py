"""The approvers' page for the rooms and the laws alike: a desk in front of it, and a real browser before it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # this plugin is loaded for every test: what only pages need is imported by its fixtures
    from playwright.sync_api import Browser, Page

    from tests.approvals.web.desk import Desk

    Opening = Callable[..., Page]

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


@contextmanager
def opened_desk(database: Path) -> Iterator[Desk]:
    """A desk over a database at head."""
    from approvals import accounts
    from approvals.database import open_database
    from tests.approvals.web.desk import QUICK, Desk

    engine = open_database(f"sqlite:///{database}")
    with pytest.MonkeyPatch.context() as patch:
        # passwords as they are hashed in earnest take a tenth of a second each; `test_accounts.py` does that
        patch.setattr(accounts, "HASHER", QUICK)
        patch.setattr(accounts, "NOBODY", QUICK.hash("nobody has this"))
        yield Desk(engine)
    engine.dispose()


@pytest.fixture
def desk(migrated_file: Path, tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own for each test, on SQLite: the gate's own tests cover both engines."""
    with opened_desk(Path(shutil.copy(migrated_file, tmp_path / "desk.db"))) as desk:
        yield desk


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser, the system's own; it goes with its module, since no other event loop runs beside it."""
    from playwright.sync_api import sync_playwright

    from tests.conftest import missing

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        missing("no Chromium is installed, so no page can be looked at in a real browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def site(desk: Desk) -> Iterator[str]:
    """The desk's page, served on a loopback port of its own."""
    import uvicorn

    from approvals.web.app import create_app

    app = create_app(lambda: desk.gate(), clock=lambda: desk.at, secure_cookies=False)
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", ws="none", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def open_page(browser: Browser, site: str, desk: Desk) -> Iterator[Opening]:
    """Opens pages as somebody who has logged in; a fault in a page's script fails the test."""
    from approvals import accounts
    from tests.approvals.web.desk import PASSWORD

    contexts, faults = [], []

    def opened(name: str = "Ruth Calder", *, width: int = 1280, height: int = 800, **more: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, base_url=site, **more)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        accounts.set_password(desk.gate(), name, PASSWORD, by=name, at=desk.at)
        page.goto("/login")
        page.get_by_label("Your name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_url("**/queue")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
