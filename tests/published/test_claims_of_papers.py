"""Every claim of the two papers that is about markets has a row, and every row a claim."""

from __future__ import annotations

import math
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from dualcarbon.experiments.statements import Findings, catalogue
from dualcarbon.experiments.theses.claim import TOPIC, claim_table
from dualcarbon.experiments.theses.untested import untested_claims
from dualcarbon.indicators.summary import UNTESTED

LIST = pd.read_csv(Path(__file__).parent / "claims_of_papers.csv")

for module in ("power", "unity", "financing", "prices", "untested"):
    import_module(f"dualcarbon.experiments.theses.{module}")


def test_claims_and_rows_are_the_same() -> None:
    rows = {kind.topic for kind in Findings.__subclasses__() if kind.topic.startswith(TOPIC)}
    assert rows == {TOPIC + claim for claim in LIST["claim"]}
    assert LIST["claim"].is_unique
    assert {t for t in catalogue() if t.startswith(TOPIC) and t.count(".") == 1} == rows


@pytest.mark.parametrize("section", ["1.1", "1.2", "2.1", "2.2", "2.3", "4.1"])
def test_every_section_of_the_chinese_paper_has_claims(section: str) -> None:
    assert (LIST["section"] == section).any()


def test_claims_without_a_figure_say_why() -> None:
    table = claim_table(untested_claims())
    assert set(table["verdict"]) == {UNTESTED}
    assert table["ours"].map(math.isnan).all()
    assert table["reading_en"].str.startswith("Not tested.").all()
    assert table["reading_zh"].str.startswith("未检验").all()
