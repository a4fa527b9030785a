"""``dualcarbon responsibility``: who answers for emissions, at home, along chains and over time."""

from dualcarbon.cli.responsibility import (
    accounts,
    chains,
    history,
    impact,
    people,
    provinces,
    roads,
    tables,
)
from dualcarbon.cli.responsibility.opening import app

__all__ = [
    "accounts",
    "app",
    "chains",
    "history",
    "impact",
    "people",
    "provinces",
    "roads",
    "tables",
]
