"""``dualcarbon cbam``: the bill of a good at the EU border, of many, and of a country."""

from dualcarbon.cli.cbam.verbs import app

__all__ = ["app"]
