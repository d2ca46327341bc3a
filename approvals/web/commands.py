"""Serving the approvers' page: on this machine alone, or over https where others are to reach it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from approvals.gate import Gate

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=1, max=65535)] = 8777,
    certificate: Annotated[Path | None, typer.Option(help="Certificate chain, to serve https.")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's private key.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy on this machine does https and names the client.")
    ] = False,
) -> Answer:
    """Serve the approvers' page until it is stopped."""
    import uvicorn

    from approvals.database import open_database
    from approvals.web.app import create_app
    from tools.workspace import open_workspace

    secure = certificate is not None or behind_proxy
    _only_safely(host, certificate, key, secure=secure)
    engine = open_database(open_workspace(os.environ, cwd=Path.cwd()).database_url)
    try:
        app = create_app(_reopening(engine), clock=lambda: datetime.now(UTC), secure_cookies=secure)
        typer.echo(f"The approvers' page is at {'https' if secure else 'http'}://{host}:{port}", err=True)
        uvicorn.run(
            app, host=host, port=port, log_level="warning", server_header=False, proxy_headers=behind_proxy,
            ssl_certfile=certificate, ssl_keyfile=key,
        )  # fmt: skip
    finally:
        engine.dispose()
    return Answer({"stopped": True}, lambda: ["The approvers' page has stopped."])


def _only_safely(host: str, certificate: Path | None, key: Path | None, *, secure: bool) -> None:
    """Refuse what would send passwords in clear over a network."""
    from campaign.errors import BadInput

    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise BadInput(f"`{path}` is no file.", "Give --certificate and --key as PEM files.")
    if (certificate is None) != (key is None):
        raise BadInput("A certificate and its key belong together.", "Give both --certificate and --key.")
    if host not in LOOPBACK and not secure:
        raise BadInput(
            f"Serving at `{host}` without https would send passwords in clear.",
            "Give --certificate and --key, or put a proxy that does https in front and say --behind-proxy.",
        )


def _reopening(engine: Engine) -> Callable[[], Gate]:
    """The gate, read anew when lender.toml or the rate sheets changed: roles taken away count at once."""
    from approvals.web.reopening import Reopening
    from tools.workspace import home_of

    return Reopening(engine, os.environ, home_of(os.environ, cwd=Path.cwd()))
