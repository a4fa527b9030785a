"""``dualcarbon mrv``: measurement, reporting and verification from both sides."""

from dualcarbon.cli.mrv import consumption  # noqa: F401
from dualcarbon.cli.mrv.production import app

__all__ = ["app"]
