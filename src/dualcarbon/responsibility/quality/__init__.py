"""Data-quality report of a world table: what is odd in it, how much that matters, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon.common.tables import columns, conformed
from dualcarbon.common.words import Words, catalogue
from dualcarbon.responsibility.quality import flows, stressors
from dualcarbon.responsibility.quality.finding import SEVERITIES, Finding, View
from dualcarbon.responsibility.table.table import InputOutputTable

__all__ = ["CHECKS", "SEVERITIES", "Finding", "Quality", "assess"]


CATALOGUE = Path(__file__).with_name("words.yaml")
FINDINGS = "responsibility_findings"

Check = Callable[[View], Finding | None]

CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        flows.negative_output,
        flows.zero_output,
        flows.inputs_over_output,
        flows.negative_primary_inputs,
        flows.row_imbalance,
        flows.column_imbalance,
        flows.negative_final_demand,
        flows.negative_flows,
        flows.spectral_radius,
        flows.whole_numbers,
        flows.emissions_on_zero_output,
        stressors.no_emissions,
        stressors.no_households,
        stressors.negative_emissions,
        stressors.odd_intensity,
        stressors.units_without_mass,
        stressors.world_emissions,
        stressors.world_value_added,
        stressors.unknown_regions,
        stressors.empty_regions,
    )
}


@dataclass(frozen=True)
class Quality:
    """What the checks found, the gravest first.

    Attributes:
        table, year, source: what was checked.
        findings: by severity; empty when nothing is odd.
        passed: keys of the checks that found nothing.
        spectral_radius: of A.
    """

    table: str
    year: int
    source: str
    findings: tuple[Finding, ...]
    passed: tuple[str, ...]
    spectral_radius: float

    @property
    def severity(self) -> str | None:
        """The gravest severity, or None where nothing was found."""
        return self.findings[0].severity if self.findings else None

    def of(self, key: str) -> Finding | None:
        """The finding of one check, if it found something."""
        return next((found for found in self.findings if found.key == key), None)

    def frame(self, language: str = "en") -> pd.DataFrame:
        """The findings as a table for people.

        Args:
            language: en or zh.
        """
        words = Words(language, catalogue(CATALOGUE))
        rows = [
            [
                words(f"severity.{found.severity}"),
                words(f"title.{found.key}"),
                found.count,
                found.worst,
                found.value,
                found.unit,
                found.effect_mt,
                words(f"advice.{found.key}"),
            ]
            for found in self.findings
        ]
        return conformed(FINDINGS, pd.DataFrame(rows, columns=columns(FINDINGS)))

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data."""
        words = Words("en", catalogue(CATALOGUE))
        return {
            "table": self.table,
            "year": self.year,
            "source": self.source,
            "severity": self.severity,
            "spectral_radius": self.spectral_radius,
            "findings": [
                asdict(found)
                | {"title": words(f"title.{found.key}"), "advice": words(f"advice.{found.key}")}
                for found in self.findings
            ],
            "passed": list(self.passed),
        }


def assess(table: InputOutputTable) -> Quality:
    """Check a table.

    Args:
        table: any table that could be made; what makes a table impossible (shapes, labels, NaN) is
            an error when it is made.
    """
    view = View(table)
    found = {key: check(view) for key, check in CHECKS.items()}
    findings = [finding for finding in found.values() if finding is not None]
    findings.sort(key=lambda f: (SEVERITIES.index(f.severity), -(f.effect_mt or 0.0)))
    return Quality(
        table.name,
        table.year,
        table.source,
        tuple(findings),
        tuple(key for key, finding in found.items() if finding is None),
        view.dominant[0],
    )
