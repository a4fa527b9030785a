"""Screen of a crediting project: each criterion with its evidence; what is unknown never passes.

The English paper asks for fair carbon credit standards. A screen is no score: it says what was
shown, what was not, and which international standard asks the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from dualcarbon import datasets
from dualcarbon.common import documents
from dualcarbon.common.tables import columns, conformed
from dualcarbon.errors import InputError, unknown_name

ANSWERS = {True: "yes", False: "no", "yes": "yes", "no": "no", "unknown": "unknown",
           "not applicable": "not applicable"}  # fmt: skip
PASS, FAIL, UNKNOWN, NONE = "pass", "fail", "unknown", "not applicable"
OPTIONAL = ("corresponding_adjustment",)
"""Criteria that may not apply, and then need a reason."""
TOP = ("name", "programme", "country", "criteria")


@dataclass(frozen=True)
class Screen:
    """What a screen found.

    Attributes:
        name, programme, country: of the project; rows: criterion, outcome, evidence, what is
            missing, and where standards ask the same.
    """

    name: str
    programme: str
    country: str
    rows: pd.DataFrame

    @property
    def outcome(self) -> str:
        """``fail`` with one failure, ``unknown`` with one unknown, else ``pass``."""
        found = set(self.rows["outcome"])
        return FAIL if FAIL in found else UNKNOWN if UNKNOWN in found else PASS


def screen(project: Mapping[str, Any], where: str = "project") -> Screen:
    """Screen a project.

    A criterion passes where the answer is yes and the evidence names everything that the criterion
    needs; it fails where the answer is no; all else is unknown.

    Args:
        project: ``name``, ``programme``, ``country`` and ``criteria``, each with ``answer`` and
            ``evidence``; where: for messages.

    Raises:
        InputError: an unknown key, criterion or answer, or a criterion that may not be left out.
    """
    for key in project:
        if key not in TOP:
            raise unknown_name("key", key, TOP, where=where)
    for key in ("name", "criteria"):
        if not project.get(key):
            raise InputError(f"'{key}' is missing", where=where)
    asked = {row["criterion"]: row for row in datasets.load("credit_criteria").to_dict("records")}
    given = project["criteria"]
    if not isinstance(given, Mapping):
        raise InputError("expected a mapping", where=f"{where}.criteria")
    for key in given:
        if key not in asked:
            raise unknown_name("criterion", key, asked, where=f"{where}.criteria")
    rows = [_judged(row, given.get(key), f"{where}.criteria.{key}") for key, row in asked.items()]
    table = pd.DataFrame(rows, columns=columns("credit_screen"))
    return Screen(str(project["name"]), str(project.get("programme", "")),
                  str(project.get("country", "")), conformed("credit_screen", table))  # fmt: skip


def read_project(path: Path) -> Screen:
    """Screen the project of a YAML file; see :func:`screen`."""
    return screen(documents.read(path), str(path))


def _judged(row: Mapping[str, Any], entry: Any, where: str) -> tuple[Any, ...]:
    needed = [part for part in str(row["needs"]).split(";") if part]
    answer, evidence = _answer(entry, where)
    for key in evidence:
        if key not in (*needed, "document", "reason"):
            raise unknown_name(
                "evidence", key, (*needed, "document", "reason"), where=f"{where}.evidence"
            )
    missing = [part for part in needed if not str(evidence.get(part, "")).strip()]
    if answer == NONE:
        if row["criterion"] not in OPTIONAL or not evidence.get("reason"):
            raise InputError("may not be left out without a reason", where=where, allowed=OPTIONAL)
        outcome, missing = NONE, []
    elif answer == "no":
        outcome = FAIL
    else:
        outcome = PASS if answer == "yes" and not missing else UNKNOWN
    said = "; ".join(f"{key}: {value}" for key, value in evidence.items())
    return (
        row["criterion"], row["question_en"], row["question_zh"], outcome, said,
        ", ".join(missing), row["icvcm"], row["corsia"], row["article6"], row["grade"],
    )  # fmt: skip


def _answer(entry: Any, where: str) -> tuple[str, Mapping[str, Any]]:
    if entry is None:
        return "unknown", {}
    if not isinstance(entry, Mapping):
        raise InputError(
            "expected answer and evidence", where=where, allowed=("answer", "evidence")
        )
    for key in entry:
        if key not in ("answer", "evidence"):
            raise unknown_name("key", key, ("answer", "evidence"), where=where)
    answer = entry.get("answer", "unknown")
    if not isinstance(answer, bool | str) or answer not in ANSWERS:
        raise unknown_name(
            "answer", str(answer), ("yes", "no", "unknown", "not applicable"), where=where
        )
    evidence = entry.get("evidence") or {}
    if not isinstance(evidence, Mapping):
        raise InputError("expected a mapping", where=f"{where}.evidence")
    return ANSWERS[answer], evidence
