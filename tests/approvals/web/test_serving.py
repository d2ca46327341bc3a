"""`vallum serve` as a process of its own, and the gate behind it that is read anew when its files change."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from pathlib import Path

import pytest

import cli
from approvals.accounts import set_password
from approvals.database import open_database, reading
from approvals.people import who_is
from approvals.web.commands import listening_at
from approvals.web.reopening import Reopening
from campaign.errors import NotPermitted, NoWorkspace, Unreadable
from tools.workspace import EXAMPLE_LENDER, make_workspace

ROOT = Path(__file__).parents[3]
PEOPLE = '\n[[people]]\nname = "Ruth Calder"\nrole = "{role}"\n'
NOW = datetime.now(UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_workspace(tmp_path / "home", lender_text("compliance"), {})
    monkeypatch.setenv("VALLUM_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def lender_text(role: str) -> str:
    return EXAMPLE_LENDER.read_text(encoding="utf-8") + PEOPLE.format(role=role)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def serving(home: Path, *options: str) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, str(ROOT / "cli.py"), "serve", "--port", str(port), *options]
    environment = {**os.environ, "VALLUM_HOME": str(home)}
    # a shell that runs tests in the background has them ignore interrupts, and children inherit that
    heeding = partial(signal.signal, signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        command, env=environment, cwd=home, stderr=subprocess.PIPE, text=True, preexec_fn=heeding
    ) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert f"127.0.0.1:{port}" in said, said
        yield port
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert "Traceback" not in process.stderr.read()


def ask(connection: HTTPConnection, path: str = "/login") -> HTTPResponse:
    for _ in range(100):
        try:
            connection.request("GET", path)
            return connection.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("the page does not answer")


def test_the_page_is_served_on_this_machine(home: Path):
    with serving(home) as port, closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        answer = ask(connection)
        page = answer.read().decode()
    assert answer.status == 200
    assert "Vallum approvals" in page
    assert answer.getheader("server") is None
    assert "default-src 'none'" in (answer.getheader("content-security-policy") or "")
    assert "Secure" not in (answer.getheader("set-cookie") or "")


def test_over_https_cookies_are_secure(home: Path, tmp_path: Path):
    certificate, key = self_signed(tmp_path)
    with serving(home, "--certificate", str(certificate), "--key", str(key)) as port:
        trusting = ssl.create_default_context(cafile=str(certificate))
        with closing(HTTPSConnection("127.0.0.1", port, timeout=10, context=trusting)) as connection:
            answer = ask(connection)
            answer.read()
    assert answer.status == 200
    cookie = answer.getheader("set-cookie") or ""
    assert cookie.startswith("__Host-vallum-door=")
    assert "Secure" in cookie


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "Serving at `0.0.0.0` without https would send passwords in clear."),
        (["--certificate", "here.pem"], "A certificate and its key belong together."),
        (["--certificate", "no.pem", "--key", "no.key"], "`no.pem` and `no.key` cannot be used"),
        (["--host", "203.0.113.9", "--behind-proxy"], "Nothing can listen at `203.0.113.9:8777`"),
        (["--port", "0"], "--port"),
    ],
)
def test_what_cannot_be_served_is_one_sentence(home: Path, capsys, options: list[str], said: str):
    assert cli.main(["serve", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_page_is_sent_at_once(home: Path):
    with closing(listening_at("127.0.0.1", free_port())) as listening:
        assert listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


def test_a_port_that_is_taken_is_said(home: Path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--port", str(port)]) == 2
    assert f"Nothing can listen at `127.0.0.1:{port}`" in capsys.readouterr().err


def test_the_gate_is_read_anew_when_a_file_changes_and_only_then(home: Path):
    engine = open_database(f"sqlite:///{home / 'vallum.db'}")
    gate = Reopening(engine, os.environ, home, lambda: NOW)
    first = gate()
    set_password(first, "Ruth Calder", "copper kettle on the sill", by="Ruth Calder", at=NOW)
    assert gate() is first
    (home / "lender.toml").write_text(lender_text("marketer"), encoding="utf-8")
    with reading(engine) as session:
        assert who_is(session, gate().lender, "Ruth Calder", NOW).role == "marketer"
    (home / "lender.toml").write_text(
        lender_text("compliance").replace("Ruth Calder", "Ana Sole"), encoding="utf-8"
    )
    with reading(engine) as session, pytest.raises(NotPermitted):
        who_is(session, gate().lender, "Ruth Calder", NOW)
    engine.dispose()


def test_a_lender_file_that_cannot_be_read_stops_everyone(home: Path):
    engine = open_database(f"sqlite:///{home / 'vallum.db'}")
    gate = Reopening(engine, os.environ, home, lambda: NOW)
    gate()
    (home / "lender.toml").write_text("[lender", encoding="utf-8")
    with pytest.raises(Unreadable):
        gate()
    (home / "lender.toml").unlink()
    with pytest.raises(NoWorkspace):
        gate()
    (home / "lender.toml").write_text(lender_text("admin"), encoding="utf-8")
    assert gate().lender.people[-1].role == "admin"
    engine.dispose()


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate of this machine's own, for an hour."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(secret, hashes.SHA256())
    )
    certificate, key = folder / "here.pem", folder / "here.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, *private))
    return certificate, key
