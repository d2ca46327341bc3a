"""What several laws need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.laws.doomed import KilledPublisher


@pytest.fixture(scope="session")
def publisher() -> Iterator[KilledPublisher]:
    """A warm process that publishes and is killed."""
    from tests.laws.doomed import KilledPublisher

    process = KilledPublisher()
    yield process
    process.close()
