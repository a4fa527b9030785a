"""Scenarios: YAML files and their models, shipped ones by name.

:func:`dualcarbon.scenario.load.load_scenario` loads one, :class:`dualcarbon.scenario.model.Scenario`
is what it gives. Listing the shipped ones (:mod:`dualcarbon.scenario.documents`) needs no model.
"""
