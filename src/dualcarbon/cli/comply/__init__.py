"""``dualcarbon comply``: calendar, position over five markets, cheapest plan, what-if, forms."""

from dualcarbon.cli.comply import desk, papers
from dualcarbon.cli.comply.group import app

__all__ = ["app", "desk", "papers"]
