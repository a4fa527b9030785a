"""``dualcarbon club``: which climate club is stable, and how participation moves with its terms."""

from dualcarbon.cli.club.verbs import app

__all__ = ["app"]
