"""``dualcarbon mrv``: measurement, reporting and verification from both sides."""

from dualcarbon.cli.mrv import border, consumption, production, reference, verification
from dualcarbon.cli.mrv.group import app

ORDER = (
    *("template", "calculate", "check", "verify", "allocate"),
    *("scope2", "embodied", "both", "region", "border", "credit", "guides", "factors"),
)
"""Verbs as a reader meets them: from the plant to its consumers, then what all of it stands on."""
app.registered_commands.sort(
    key=lambda one: ORDER.index(one.name or getattr(one.callback, "__name__", ""))
)

__all__ = ["app", "border", "consumption", "production", "reference", "verification"]
