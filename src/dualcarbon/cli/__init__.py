"""The command line: thin verbs over the public API."""

from __future__ import annotations

from dualcarbon.cli.main import main

__all__ = ["main"]
