"""Serving the approvers' page: on this machine alone, or over https where others are to reach it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from campaign.answer import Answer

if TYPE_CHECKING:
    from socket import socket

    import uvicorn
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from tools.workspace import Workspace

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
    from tools.workspace import open_workspace

    secure = certificate is not None or behind_proxy
    _only_safely(host, certificate, key, secure=secure)
    workspace = open_workspace(os.environ, cwd=Path.cwd())
    engine = open_database(workspace.database_url)
    try:
        app = _application(engine, workspace, secure=secure)
        config = _config(app, certificate, key, behind_proxy=behind_proxy)
        listening = listening_at(host, port)
        typer.echo(f"The approvers' page is at {'https' if secure else 'http'}://{host}:{port}", err=True)
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        engine.dispose()
    return Answer({"stopped": True}, lambda: ["The approvers' page has stopped."])


def _application(engine: Engine, workspace: Workspace, *, secure: bool) -> FastAPI:
    from approvals.web.app import create_app
    from approvals.web.reopening import Reopening

    def now() -> datetime:
        return datetime.now(UTC)

    open_gate = Reopening(engine, os.environ, workspace.home, now)
    return create_app(open_gate, clock=now, secure_cookies=secure)


def _only_safely(host: str, certificate: Path | None, key: Path | None, *, secure: bool) -> None:
    """Refuse what would send passwords in clear over a network."""
    from campaign.errors import BadInput

    if (certificate is None) != (key is None):
        raise BadInput("A certificate and its key belong together.", "Give both --certificate and --key.")
    if host not in LOOPBACK and not secure:
        raise BadInput(
            f"Serving at `{host}` without https would send passwords in clear.",
            "Give --certificate and --key, or put a proxy that does https in front and say --behind-proxy.",
        )


def _config(
    app: FastAPI, certificate: Path | None, key: Path | None, *, behind_proxy: bool
) -> uvicorn.Config:
    """How the page is served; what a client says of its own address counts only from a proxy."""
    import ssl

    import uvicorn

    from campaign.errors import BadInput

    config = uvicorn.Config(
        app, log_level="warning", server_header=False, proxy_headers=behind_proxy, ws="none",
        ssl_certfile=certificate, ssl_keyfile=key,
    )  # fmt: skip
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        raise BadInput(
            f"`{certificate}` and `{key}` cannot be used ({error.strerror or error}).",
            "Give --certificate and --key as PEM files that belong together.",
        ) from error
    return config


def listening_at(host: str, port: int) -> socket:
    """A socket at that address.

    Raises:
        BadInput: it is taken, or is none of this machine's.
    """
    import socket as sockets

    from campaign.errors import BadInput

    try:
        family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
        listening = sockets.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise BadInput(
            f"Nothing can listen at `{host}:{port}` ({error.strerror or error}).",
            "Choose another with --host or --port.",
        ) from error
    # asyncio leaves this out for a socket that it was given: a page would wait 40 ms for an acknowledgement
    listening.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
    return listening
