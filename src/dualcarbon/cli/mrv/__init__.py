"""``dualcarbon mrv``: measurement, reporting and verification from both sides."""

from dualcarbon.cli.mrv import consumption, production, reference, verification
from dualcarbon.cli.mrv.group import app

__all__ = ["app", "consumption", "production", "reference", "verification"]
