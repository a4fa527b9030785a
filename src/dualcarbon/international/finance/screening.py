"""Screening of an activity against published green taxonomies, with the criterion that decided."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import Field, field_validator

from dualcarbon import datasets
from dualcarbon.common.documents import read
from dualcarbon.common.records import Record
from dualcarbon.errors import InputError, unknown_name
from dualcarbon.international.finance.project import yes_or_no

TABLE = "taxonomy_criteria"
OUTCOMES = ("pass", "unknown", "fail")
OBJECTIVES = ("adaptation", "water", "circular_economy", "pollution", "biodiversity")
"""Environmental objectives to which no significant harm may be done; Regulation (EU) 2020/852."""


class Activity(Record):
    """What is screened.

    ``metrics`` by name of the criteria, ``evidence`` for each, ``no_harm`` by objective (yes, no,
    unknown) and ``safeguards``: minimum social safeguards.
    """

    activity: str
    metrics: dict[str, float] = Field(default_factory=dict)
    evidence: dict[str, str] = Field(default_factory=dict)
    no_harm: dict[str, str] = Field(default_factory=dict)
    safeguards: str = "unknown"
    taxonomies: tuple[str, ...] | None = None

    @field_validator("no_harm", mode="before")
    @classmethod
    def _answers(cls, answers: object) -> object:
        return yes_or_no(answers)

    @field_validator("safeguards", mode="before")
    @classmethod
    def _answer(cls, answer: object) -> object:
        return {True: "yes", False: "no"}[answer] if isinstance(answer, bool) else answer


@dataclass(frozen=True)
class Screen:
    """Result of a screening.

    Attributes:
        criteria: one row per taxonomy and criterion: metric, value, threshold, outcome, evidence,
            grade, source.
        verdicts: one row per taxonomy: outcome, the criterion that decided, and what is open.
    """

    criteria: pd.DataFrame
    verdicts: pd.DataFrame


def taxonomies() -> list[str]:
    """Taxonomies of which criteria are embedded."""
    return list(dict.fromkeys(datasets.load(TABLE)["taxonomy"]))


def activities() -> list[str]:
    """Activities that at least one embedded taxonomy covers."""
    return list(dict.fromkeys(datasets.load(TABLE)["activity"]))


def screen(activity: Activity) -> Screen:
    """Screen an activity.

    A taxonomy fails where one criterion fails; it passes where all are met with figures given;
    otherwise it is unknown, also where the embedded extract does not cover the activity. For the
    EU, harm to other objectives and the safeguards must be answered as well.

    Raises:
        InputError: an unknown activity, taxonomy, metric, objective or answer.

    Source: Delegated Regulation (EU) 2021/2139; PBOC, NFRA and CSRC catalogue of 2025; Common
    Ground Taxonomy; each row of the table names its place.
    """
    table = datasets.load(TABLE)
    _check(activity, table)
    chosen = taxonomies() if activity.taxonomies is None else list(activity.taxonomies)
    rows: list[dict[str, Any]] = []
    for name in chosen:
        found = table[(table["taxonomy"] == name) & (table["activity"] == activity.activity)]
        if found.empty:
            rows.append(_uncovered(name, activity.activity))
        rows += [_criterion(row, activity) for row in found.to_dict("records")]
        rows += _further(name, activity) if name == "EU" and not found.empty else []
    criteria = pd.DataFrame(rows)
    verdicts = [_verdict(name, criteria[criteria["taxonomy"] == name]) for name in chosen]
    return Screen(criteria, pd.DataFrame(verdicts))


def read_activity(path: str | Path) -> Activity:
    """Read an activity from YAML.

    Raises:
        InputError: a file that cannot be read, or a key that is missing or unknown.
    """
    document = read(Path(path))
    try:
        return Activity(**{str(key): value for key, value in document.items()})
    except InputError as error:
        raise error.within(str(path)) from error


def _criterion(row: Mapping[str, Any], activity: Activity) -> dict[str, Any]:
    metric, sense = str(row["metric"]), row["sense"]
    value = activity.metrics.get(metric, math.nan)
    limit = float(row["threshold"]) if sense in ("below", "at_most") else math.nan
    if sense in ("always", "never"):
        outcome = "pass" if sense == "always" else "fail"
    elif math.isnan(value):
        outcome = "unknown"
    else:
        outcome = "pass" if value < limit or (sense == "at_most" and value <= limit) else "fail"
    kept = {key: row[key] for key in ("taxonomy", "activity", "criterion", "metric", "sense")}
    return kept | {
        "value": value,
        "threshold": limit,
        "unit": row["unit"],
        "outcome": outcome,
        "evidence": activity.evidence.get(metric, ""),
        "grade": row["grade"],
        "source": row["source"],
    }


def _further(taxonomy: str, activity: Activity) -> list[dict[str, Any]]:
    """No significant harm by objective, and the minimum safeguards."""
    asked = {f"no harm: {o}": activity.no_harm.get(o, "unknown") for o in OBJECTIVES}
    asked["minimum safeguards"] = activity.safeguards
    outcomes = {"yes": "pass", "no": "fail", "unknown": "unknown"}
    return [
        _plain(taxonomy, activity.activity, name, outcomes[answer], "Regulation (EU) 2020/852")
        for name, answer in asked.items()
    ]


def _uncovered(taxonomy: str, activity: str) -> dict[str, Any]:
    return _plain(taxonomy, activity, "not in the embedded extract", "unknown", "none")


def _plain(
    taxonomy: str, activity: str, criterion: str, outcome: str, source: str
) -> dict[str, Any]:
    return {
        "taxonomy": taxonomy,
        "activity": activity,
        "criterion": criterion,
        "metric": "",
        "sense": "",
        "value": math.nan,
        "threshold": math.nan,
        "unit": "",
        "outcome": outcome,
        "evidence": "",
        "grade": "B",
        "source": source,
    }


def _verdict(taxonomy: str, rows: pd.DataFrame) -> dict[str, Any]:
    """The worst outcome decides; what is unknown is listed."""
    worst = max(rows["outcome"], key=OUTCOMES.index)
    decisive = rows[rows["outcome"] == worst].iloc[0]
    return {
        "taxonomy": taxonomy,
        "outcome": worst,
        "decided_by": decisive["criterion"],
        "value": decisive["value"],
        "threshold": decisive["threshold"],
        "unit": decisive["unit"],
        "grade": decisive["grade"],
        "source": decisive["source"],
        "open": "; ".join(rows.loc[rows["outcome"] == "unknown", "criterion"]),
    }


def _check(activity: Activity, table: pd.DataFrame) -> None:
    if activity.activity not in set(table["activity"]):
        raise unknown_name("activity", activity.activity, activities(), where="activity")
    _known("taxonomy", activity.taxonomies or (), taxonomies(), "taxonomies")
    metrics = sorted(set(table["metric"]) - {""})
    _known("metric", list(activity.metrics), metrics, "metrics")
    _known("metric", list(activity.evidence), metrics, "evidence")
    _known("objective", list(activity.no_harm), OBJECTIVES, "no_harm")
    answers = [*activity.no_harm.values(), activity.safeguards]
    _known("answer", answers, ("yes", "no", "unknown"), "no_harm, safeguards")


def _known(kind: str, names: Sequence[str], allowed: Sequence[str], where: str) -> None:
    for name in names:
        if name not in allowed:
            raise unknown_name(kind, name, allowed, where=where)
