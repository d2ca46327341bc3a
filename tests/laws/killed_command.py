"""Commands of the command line, each in a process that is killed by the kernel when its time is up.

Reads one JSON object a line (`home`, `arguments`, `seconds`; 0 for as long as it takes), forks, runs the command in
the child and sends it SIGKILL when the seconds are over; answers with how it ended, how long it took and what it
printed. Forking keeps the imports and the rules warm; nothing is open before, and no thread runs.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import cli
from policies import packs

NEEDED = (
    "agents.opening", "approvals.publishing", "approvals.terminal.queue_views", "sklearn.cluster",
)  # fmt: skip
"""Imported by commands when they are used: here once, so that a child's time goes into its work."""
MOMENT = 0.005


def carry_out(home: str, arguments: list[str]) -> int:
    """In the child: the command, with what it prints in a file."""
    os.environ["VALLUM_HOME"] = home
    os.chdir(home)
    os.dup2(os.open(printed(home), os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
    code = cli.main(arguments)
    sys.stdout.flush()
    return code


def printed(home: str) -> Path:
    return Path(home).with_name("printed")


def ended(child: int, seconds: float) -> tuple[str, float]:
    """How a child ended, `killed` or its exit code, and after how many seconds."""
    began = time.monotonic()
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if seconds and time.monotonic() - began >= seconds:
            os.kill(child, signal.SIGKILL)
            done = os.waitpid(child, 0)
            break
        time.sleep(MOMENT)
    took = time.monotonic() - began
    return "killed" if os.WIFSIGNALED(done[1]) else str(os.waitstatus_to_exitcode(done[1])), took


def main() -> None:
    for module in NEEDED:
        importlib.import_module(module)
    packs.load_pack = cache(packs.load_pack)
    assert packs.load_pack().sieve
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        child = os.fork()
        if child == 0:
            os._exit(carry_out(order["home"], order["arguments"]))
        how, took = ended(child, order["seconds"])
        told = printed(order["home"]).read_text("utf-8") if how != "killed" else ""
        sys.stdout.write(json.dumps({"ended": how, "seconds": took, "printed": told}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
