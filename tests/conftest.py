"""What every test may rely on: one solver thread, repeatable examples, models built once."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault(
    "DUALCARBON_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "systems")
)

import pytest
from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over the libraries, which stay, and come less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep worlds and their models for whoever asks for equal ones, but for tests that build."""
    if "dualcarbon.equilibrium.solve" in sys.modules:
        from tests import kept_models

        own = any(item.get_closest_marker(name) for name in ("slow", "builds"))
        kept_models.keep(not own)


@pytest.fixture
def signals_heard() -> Iterator[None]:
    """Let processes of a test end when the terminal does, also where the tests themselves do not
    (``nohup`` ignores SIGHUP, and who is started inherits that)."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parents[1]
