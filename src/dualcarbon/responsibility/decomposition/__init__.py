"""Why footprints are what they are: factors, paths, extraction, gradients and uncertainty."""

from dualcarbon.responsibility.decomposition.extraction import Extraction, extract
from dualcarbon.responsibility.decomposition.gradients import (
    Gradients,
    Spread,
    first_order,
    gradients,
)
from dualcarbon.responsibility.decomposition.montecarlo import Draws, monte_carlo
from dualcarbon.responsibility.decomposition.paths import Paths, structural_paths
from dualcarbon.responsibility.decomposition.sda import FACTORS, Decomposition, decompose

__all__ = [
    "FACTORS",
    "Decomposition",
    "Draws",
    "Extraction",
    "Gradients",
    "Paths",
    "Spread",
    "decompose",
    "extract",
    "first_order",
    "gradients",
    "monte_carlo",
    "structural_paths",
]
