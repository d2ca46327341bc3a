"""The base of every noun: immutable, and closed to fields nobody declared."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A validated value that never changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)
