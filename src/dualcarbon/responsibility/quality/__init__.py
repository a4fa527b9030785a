"""Data-quality report of a world table: what is odd in it, how much that matters, what to do."""

from __future__ import annotations

from dualcarbon.responsibility.quality.finding import SEVERITIES, Finding
from dualcarbon.responsibility.quality.report import CHECKS, Quality, assess

__all__ = ["CHECKS", "SEVERITIES", "Finding", "Quality", "assess"]
