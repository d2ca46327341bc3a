"""The workspace: one folder that holds everything a lender's team has made, and where its stores are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from campaign.errors import BadInput, NoWorkspace, Unreadable
from campaign.lender import Lender, parse_lender

LENDER_FILE = "lender.toml"
EXAMPLE_LENDER = Path(__file__).parent / "examples" / LENDER_FILE


@dataclass(frozen=True, slots=True)
class Workspace:
    """An open workspace.

    Attributes:
        home: its folder, absolute.
        lender: parsed from `home/lender.toml`.
        database_url: SQLAlchemy URL of the gate's records (`sqlite:////abs/vallum.db` or PostgreSQL).
        book_url: Ibis URL of the book (`duckdb:///abs/book.duckdb`, or a warehouse).
    """

    home: Path
    lender: Lender
    database_url: str
    book_url: str

    @property
    def monitoring(self) -> Path:
        """The demographic records, a file of their own that only the fair-lending check opens (law 4)."""
        return self.home / "monitoring.duckdb"

    @property
    def rates(self) -> Path:
        """Rate sheets, one CSV per sheet."""
        return self.home / "rates"

    @property
    def market(self) -> Path:
        """Market figures and Fed decisions that were given to us, one file per import."""
        return self.home / "market"

    @property
    def rejects(self) -> Path:
        """Rows that imports refused, with line, column and reason."""
        return self.home / "rejects"

    @property
    def outbox(self) -> Path:
        """E-mail as files, where no SMTP server is configured."""
        return self.home / "outbox"

    @property
    def notices(self) -> Path:
        """Notices to the team as files, where no SMTP server is configured."""
        return self.home / "notices"

    @property
    def ads(self) -> Path:
        """Files for desktop import, one per release."""
        return self.home / "google_ads"

    @property
    def anchors(self) -> Path:
        """Signed checkpoints of the audit log, to be copied elsewhere."""
        return self.home / "anchors"

    @property
    def keys(self) -> Path:
        """The key that signs them, readable by its owner alone."""
        return self.home / "keys"

    @property
    def workers(self) -> Path:
        """The names that workers hold while they live."""
        return self.home / "workers"

    @property
    def durable_url(self) -> str:
        """Where workers keep what no crash may lose: the database on PostgreSQL, else a file beside it."""
        if self.database_url.startswith("postgresql"):
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.home / 'worker.db'}"

    @property
    def checkpoints(self) -> str:
        """Where the workflow parks: the database's URL on PostgreSQL, else a file beside it."""
        if self.database_url.startswith("postgresql"):
            return self.database_url
        return str(self.home / "checkpoints.db")


def make_workspace(home: Path, lender_text: str, environment: Mapping[str, str]) -> Workspace:
    """Create a workspace, or confirm the one that is there.

    Args:
        home: the folder; made where missing.
        lender_text: content of `lender.toml`, checked before anything is written.
        environment: for the store URLs, as in `open_workspace`.

    Raises:
        BadInput: the folder holds another lender's workspace, or cannot be written.
        Unreadable: the lender file cannot be used.
    """
    lender = parse_lender(lender_text)
    kept = home / LENDER_FILE
    try:
        if kept.exists():
            if kept.read_text(encoding="utf-8") != lender_text:
                raise BadInput(
                    f"`{home}` already holds a workspace with another lender.toml.",
                    "Edit that file, or choose another folder with VALLUM_HOME.",
                )
        else:
            home.mkdir(parents=True, exist_ok=True)
            kept.write_text(lender_text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"`{home}` cannot be written: {error.strerror}.", "Choose another folder.") from error
    return _workspace(home.resolve(), lender, environment)


def open_workspace(environment: Mapping[str, str], *, cwd: Path) -> Workspace:
    """Open the workspace that the environment names.

    Args:
        environment: `VALLUM_HOME` (default `vallum` in the current folder), `VALLUM_DATABASE_URL`,
            `VALLUM_BOOK_URL`.
        cwd: the current folder.

    Raises:
        NoWorkspace: the folder holds no `lender.toml`.
        Unreadable: `lender.toml` cannot be used.
    """
    home = home_of(environment, cwd=cwd)
    kept = home / LENDER_FILE
    if not kept.is_file():
        raise NoWorkspace(f"`{home}` is no workspace.", "Run `vallum init`, or set VALLUM_HOME to one.")
    try:
        text = kept.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(str(kept), "cannot be read as UTF-8 text.", "Save it as UTF-8.") from error
    return _workspace(home, parse_lender(text), environment)


def home_of(environment: Mapping[str, str], *, cwd: Path) -> Path:
    """The folder that the environment names, absolute, whether it exists or not."""
    return (cwd / environment.get("VALLUM_HOME", "vallum")).resolve()


def _workspace(home: Path, lender: Lender, environment: Mapping[str, str]) -> Workspace:
    return Workspace(
        home=home,
        lender=lender,
        database_url=environment.get("VALLUM_DATABASE_URL") or f"sqlite:///{home / 'vallum.db'}",
        book_url=environment.get("VALLUM_BOOK_URL") or f"duckdb://{home / 'book.duckdb'}",
    )
