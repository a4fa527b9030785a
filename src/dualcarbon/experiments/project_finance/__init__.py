"""Project finance: what a given wind or solar project earns and what its capital costs.

One file per revenue regime, each with ``revenue`` and ``term``; :data:`REGIMES` lists them.
"""

from __future__ import annotations

from dualcarbon.experiments.project_finance import (
    feed_in,
    hedged,
    market,
    mechanism,
    subsidy_as_certificates,
)
from dualcarbon.experiments.project_finance.appraisal import Regime

REGIMES: dict[str, Regime] = {
    module.KEY: module for module in (feed_in, subsidy_as_certificates, market, mechanism, hedged)
}
"""Revenue regimes by key, in the order in which they are shown."""

__all__ = ["REGIMES"]
