"""Accounts and the border work without the markets; what needs a part says how to get it."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dualcarbon.errors import PART_OF, InputError, missing_part

ROOT = Path(__file__).resolve().parents[2]
WORKS = (
    "--version",
    "data list",
    "responsibility --regions CHN",
    "cbam assess --cn 72071111 --origin TR --tonnes 100 --year 2026 --price 80",
    "club --data cdice --price 25 --tariff 0.03",
    "price effective",
    "link --regions China,EU",
    "cooperation",
)
NEEDS_MARKETS = ("run teaching", "attribute teaching", "macc teaching")
# What the part brings, and what comes with it: all are hidden from a fresh interpreter.
HIDDEN = (
    "bottleneck",
    "cftime",
    "dask",
    "geopandas",
    "highspy",
    "linopy",
    "matplotlib",
    "netCDF4",
    "networkx",
    "numexpr",
    "plotly",
    "polars",
    "pyomo",
    "pypsa",
    "seaborn",
    "shapely",
    "sklearn",
    "tsam",
    "xarray",
)
SCRIPT = """
import contextlib, io, json, sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
HIDDEN = set(sys.argv[1].split(","))
sys.meta_path.insert(0, Hidden())
import dualcarbon
from dualcarbon.cli.main import exit_code
found = {}
for verb in sys.argv[2:]:
    with contextlib.redirect_stderr(io.StringIO()) as said:
        with contextlib.redirect_stdout(io.StringIO()):
            found[verb] = [exit_code(verb.split()), said.getvalue()]
try:
    dualcarbon.CarbonMarket
except dualcarbon.InputError as error:
    found["dualcarbon.CarbonMarket"] = [2, str(error)]
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def without_markets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str]]:
    """Exit code and standard error of each verb where the part for markets is not installed."""
    command = [sys.executable, "-c", SCRIPT, ",".join(HIDDEN), *WORKS, *NEEDS_MARKETS]
    folder = tmp_path_factory.mktemp("without_markets")
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert list(folder.iterdir()) == []  # nothing half made was left behind
    return json.loads(done.stdout)


@pytest.mark.parametrize("verb", WORKS)
def test_accounts_and_border_need_no_markets(
    without_markets: dict[str, tuple[int, str]], verb: str
) -> None:
    code, said = without_markets[verb]
    assert (code, "error" in said) == (0, False), said


@pytest.mark.parametrize("verb", [*NEEDS_MARKETS, "dualcarbon.CarbonMarket"])
def test_markets_say_how_to_get_them(
    without_markets: dict[str, tuple[int, str]], verb: str
) -> None:
    code, said = without_markets[verb]
    assert code == 2
    assert said.strip().count("\n") == 0
    assert "pip install 'dualcarbon[markets]'" in said


def test_every_requirement_of_a_part_is_known_and_no_other() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "optional-dependencies"
    ]
    named = {extra: {r.split(">")[0].lower() for r in extras[extra]} for extra in ("markets",)}
    assert named == {"markets": {m.lower() for m, part in PART_OF.items() if part == "markets"}}
    assert set(PART_OF.values()) <= set(extras)


def test_a_module_of_no_part_is_not_explained_away() -> None:
    assert missing_part(ModuleNotFoundError("No module named 'numpy'", name="numpy")) is None
    assert missing_part(ModuleNotFoundError("a message without a name")) is None
    found = missing_part(ModuleNotFoundError("No module named 'xarray.core'", name="xarray.core"))
    assert isinstance(found, InputError)
    assert "'markets'" in str(found)
