"""What every test may rely on: one solver thread, repeatable examples, models built once."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from hypothesis import settings

settings.register_profile("repeatable", deadline=None, derandomize=True, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give a copy of its model to whoever opens an equal network; slow tests build their own."""
    if "dualcarbon.equilibrium.solve" in sys.modules:
        from tests import kept_models

        kept_models.keep(item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder that holds pyproject.toml."""
    return Path(__file__).resolve().parents[1]
