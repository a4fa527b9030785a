"""Scenarios: YAML files and their models, shipped ones by name."""

from __future__ import annotations

from dualcarbon.scenario.documents import shipped_names
from dualcarbon.scenario.load import load_scenario, shipped_scenarios
from dualcarbon.scenario.model import Scenario
from dualcarbon.scenario.schema import scenario_schema

__all__ = [
    "Scenario",
    "load_scenario",
    "scenario_schema",
    "shipped_names",
    "shipped_scenarios",
]
