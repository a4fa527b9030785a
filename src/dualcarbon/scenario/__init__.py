"""Scenarios: YAML files and their models, shipped ones by name.

:func:`dualcarbon.scenario.documents.load_scenario` loads one and returns a
:class:`dualcarbon.scenario.model.Scenario`; listing the shipped ones
(:mod:`dualcarbon.scenario.documents`) needs no model.
"""
