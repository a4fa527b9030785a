"""RICE: a dynamic model of twelve regions, its base case, Nash and cooperative abatement."""

from dualcarbon.international.rice.games import Play, play
from dualcarbon.international.rice.parameters import Parameters, rice
from dualcarbon.international.rice.simulate import Run, simulate

__all__ = ["Parameters", "Play", "Run", "play", "rice", "simulate"]
