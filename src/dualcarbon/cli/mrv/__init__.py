"""``dualcarbon mrv``: measurement, reporting and verification from both sides."""

from dualcarbon.cli.mrv import border, consumption, production, reference, verification
from dualcarbon.cli.mrv.group import app

__all__ = ["app", "border", "consumption", "production", "reference", "verification"]
