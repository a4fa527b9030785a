"""RICE: a dynamic model of twelve regions, its base case, Nash and cooperative abatement."""

from dualcarbon.international.rice.parameters import Parameters, rice
from dualcarbon.international.rice.simulate import Run, simulate

__all__ = ["Parameters", "Run", "rice", "simulate"]
