"""Downloads from a real server on this machine: whole and in time, or one clear sentence and nothing changed."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from campaign.errors import BadInput, Unreadable
from tests.tools.market.markets import AT, workspace_in
from tools.market import downloads
from tools.market.downloads import download, without_query
from tools.market.series import open_market, shipped_market
from tools.market.updating import Source, update_market

CSV = b"observation_date,MORTGAGE30US\n2026-10-15,7.31\n2026-10-22,7.2\n"
Answer = Callable[[BaseHTTPRequestHandler], None]


def plain(body: bytes = CSV, code: int = 200, **headers: str) -> Answer:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        request.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def cut(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("content-length", str(len(CSV)))
    request.end_headers()
    request.wfile.write(CSV[:45])


def cut_unnoticed(request: BaseHTTPRequestHandler) -> None:
    """Without a length, the end of the connection is the end of the file."""
    request.send_response(200)
    request.end_headers()
    request.wfile.write(CSV[:-3])


def slow(request: BaseHTTPRequestHandler) -> None:
    time.sleep(1.5)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """A byte at a time: no single wait is long."""
    request.send_response(200)
    request.send_header("content-length", str(len(CSV)))
    request.end_headers()
    for place in range(15):
        request.wfile.write(CSV[place : place + 1])
        request.wfile.flush()
        time.sleep(0.1)


ANSWERS: dict[str, Answer] = {
    "/good.csv": plain(),
    "/zipped.csv": plain(gzip.compress(CSV), content_encoding="gzip"),
    "/moved.csv": plain(b"", 302, location="/good.csv"),
    "/circle.csv": plain(b"", 302, location="/circle.csv"),
    "/gone.csv": plain(b"not here", 404),
    "/broken.csv": plain(b"", 500),
    "/page.csv": plain(b"<!DOCTYPE html><html><body>Log in</body></html>\n"),
    "/garbage.csv": plain(bytes(range(256))),
    "/words.csv": plain(b"service unavailable, try later\n"),
    "/empty.csv": plain(b""),
    "/cut.csv": cut,
    "/cut_unnoticed.csv": cut_unnoticed,
    "/slow.csv": slow,
    "/dripping.csv": dripping,
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        ANSWERS[self.path.split("?")[0]](self)

    def log_message(self, *told: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving.daemon_threads = True
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_address[1]}"
    serving.shutdown()
    serving.server_close()


@pytest.mark.parametrize("path", ["/good.csv", "/zipped.csv", "/moved.csv"])
def test_a_file_is_read_whole(server, path):
    assert download(server + path) == CSV.decode()


def test_an_address_extends_the_market_and_its_query_is_kept_nowhere(server, tmp_path):
    workspace = workspace_in(tmp_path)
    made = update_market(workspace, [Source(f"{server}/good.csv?api_key=secret")], at=AT)
    assert len(made.added) == 2
    assert made.sources == (f"{server}/good.csv",)
    assert b"secret" not in made.kept[0].read_bytes()
    assert open_market(workspace).weeks[-1].rate_30y == 7.2


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/gone.csv", "answers `404 Not Found`"),
        ("/broken.csv", "answers `500 Internal Server Error`"),
        ("/circle.csv", "cannot be reached"),
        ("/page.csv", "is a web page, not CSV"),
        ("/garbage.csv", "is no UTF-8 text"),
        ("/words.csv", "the first column is `service unavailable`"),
        ("/empty.csv", "the first column is ``"),
        ("/cut.csv", "ended before all of it had come"),
        ("/cut_unnoticed.csv", "ends in the middle of a line"),
        ("/slow.csv", "did not answer within 0.5 seconds"),
        ("/dripping.csv", "did not finish within 0.5 seconds"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_changes_nothing(server, tmp_path, path, words):
    workspace = workspace_in(tmp_path)
    sources = [Source(f"{server}/good.csv"), Source(f"{server}{path}?api_key=secret", "daily")]
    with pytest.raises(BadInput) as stopped:
        update_market(workspace, sources, at=AT, seconds=0.5)
    said = str(stopped.value)
    assert words in said
    assert f"{server}{path}" in said
    assert "secret" not in said
    assert "\n" not in said
    assert not workspace.market.exists()
    assert open_market(workspace) == shipped_market()


def test_a_file_that_is_too_large_is_refused(server, monkeypatch):
    monkeypatch.setattr(downloads, "MOST_BYTES", 20)
    with pytest.raises(BadInput, match="is larger than 20 bytes"):
        download(f"{server}/good.csv")


def test_nobody_at_an_address_is_said():
    with pytest.raises(BadInput, match="cannot be reached"):
        download("http://127.0.0.1:9/x.csv?key=secret")


def test_an_address_that_is_none_is_said():
    with pytest.raises((BadInput, Unreadable)):
        download("http://[::bad/x.csv")


def test_user_password_and_query_are_never_shown():
    assert (
        without_query("https://user:pass@example.com:8443/a.csv?key=1#part")
        == "https://example.com:8443/a.csv"
    )
