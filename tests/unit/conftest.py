"""Sessions that stay warm over the tests, so that a scenario is built once and solved often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dualcarbon.sweep import sessions


@pytest.fixture(scope="session")
def every_session() -> sessions.Sessions:
    """All sessions that the tests opened."""
    return sessions.Sessions()


@pytest.fixture(scope="module")
def warm(every_session: sessions.Sessions) -> Iterator[None]:
    """Let runs share sessions with earlier ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sessions, "Sessions", lambda threads=1: every_session)
        yield
