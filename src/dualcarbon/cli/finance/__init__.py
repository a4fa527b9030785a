"""``dualcarbon finance``: project appraisal, screening against taxonomies, the finance gap."""

from dualcarbon.cli.finance.verbs import app

__all__ = ["app"]
