"""Make `.venv` ready: the environment, the locked requirements, and Vallum itself.

Run by make, with nothing but Python. The second run compares one hash and returns at once, without a network.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LEAST = (3, 11)
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def main(kind: str) -> int:
    """Set up for `main` (to run) or `dev` (to test as well)."""
    if sys.version_info < LEAST:
        return _stop(f"Python {sys.version.split()[0]} is too old.", "Install 3.11 or later, or set PYTHON=.")
    locked = ROOT / "requirements" / f"{kind}.txt"
    stamp = ENVIRONMENT / f".ready-{kind}"
    wanted = _fingerprint(locked)
    if stamp.is_file() and stamp.read_text() == wanted:
        return 0
    started = time.monotonic()
    if not PYTHON.exists():
        print("Making a virtual environment in .venv", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    if not _installed(locked):
        return _stop("The packages could not be installed.", "Check the network to the package registry.")
    stamp.write_text(wanted)
    print(f"Ready in {time.monotonic() - started:.0f} s", flush=True)
    return 0


def _installed(locked: Path) -> bool:
    """Install the locked packages, then Vallum itself with the build tool among them."""
    total = sum("==" in line and not line.startswith((" ", "#")) for line in locked.read_text().splitlines())
    place = locked.relative_to(ROOT)
    print(f"Installing {total} locked packages from {place} (a minute or two, once)", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    if _with_progress([*pip, "--require-hashes", "-r", str(locked)], total):
        return False
    return not _with_progress([*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)], 0)


def _fingerprint(locked: Path) -> str:
    content = locked.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def _with_progress(command: list[str], total: int) -> int:
    """Run pip, showing how many packages it has reached; its own words are shown only where it fails."""
    said: list[str] = []
    reached = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        for line in running.stdout or ():
            said.append(line)
            reached += line.startswith("Collecting ")
            if total and line.startswith("Collecting ") and reached % 20 == 0:
                print(f"  {reached} of about {total} fetched", flush=True)
            if line.startswith("Installing collected"):
                print("  unpacking", flush=True)
    if running.returncode:
        print("".join(said[-25:]), file=sys.stderr, end="")
    return running.returncode


def _stop(fact: str, remedy: str) -> int:
    print(f"{fact} {remedy}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "main"))
