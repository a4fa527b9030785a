"""What is installed and what is reached: bounds, licences, and no network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tools import bounds, licences

WATCHED = """
import sys
def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        sys.exit(f"asked for a host: {arguments}")
    if event in ("socket.connect", "socket.bind") and isinstance(arguments[1], tuple):
        if event == "socket.connect" or arguments[1][:2] != ("::1", 0):  # whether there is IPv6
            sys.exit(f"{event}: {arguments[1]}")
    if event == "urllib.Request":
        sys.exit(f"asked for {arguments[0]}")
sys.addaudithook(watch)
import pkgutil, dualcarbon
from importlib import import_module
for module in pkgutil.walk_packages(dualcarbon.__path__, "dualcarbon."):
    if module.name != "dualcarbon.__main__":
        import_module(module.name)
import pandas as pd, pypsa
n = pypsa.Network()
n.set_snapshots(pd.date_range("2030-01-01", periods=1, freq="h"))
n.snapshot_weightings.loc[:, :] = 8760
n.add("Carrier", ["AC", "coal"], co2_emissions=[0.0, 0.3], renewable=False)
n.add("Bus", "a", carrier="AC")
n.add("Load", "a", bus="a", p_set=100.0)
n.add("Generator", "coal", bus="a", carrier="coal", p_nom=200.0, marginal_cost=20.0)
dualcarbon.solve_equilibrium(n, [dualcarbon.CarbonTax(rate=10)]).check()
print("solved")
"""


def test_nothing_opens_a_connection_when_it_is_imported_or_solved() -> None:
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCHED], check=False, capture_output=True,
        text=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr[-2000:]
    assert asked.stdout == "solved\n"


def test_a_connection_would_be_noticed() -> None:
    script = WATCHED.partition("import pkgutil")[0] + "import socket; socket.getaddrinfo('x.y', 1)"
    asked = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert asked.returncode == 1
    assert b"asked for a host" in asked.stderr


def test_every_pin_has_its_licence() -> None:
    rows = licences.stored()
    pins = licences.pins()
    assert set(rows) == set(pins), "renew it: python -m tools.licences"
    assert {name: row[1:3] for name, row in rows.items()} == pins
    assert all(row[3] and row[3] != "see its files" for row in rows.values())


def test_a_licence_is_as_its_package_says() -> None:
    for name, row in licences.stored().items():
        said = licences.licence_of(name)
        if said is not None and row[2] == "run":
            assert said[0] == row[3], name


def test_what_is_shipped_in_a_run_may_be_shipped() -> None:
    """No package that the product itself needs asks for its own licence of what uses it."""
    strong = re.compile(r"(?<!L)GPL|AGPL|proprietary", re.IGNORECASE)
    run = [row for row in licences.stored().values() if row[2] == "run"]
    assert len(run) > 50
    assert [row for row in run if strong.search(row[3]) and "lesser" not in row[3].lower()] == []


def test_lower_bounds_are_those_of_the_project(project_root: Path) -> None:
    project = tomllib.loads((project_root / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = bounds.lowest(project, ["markets", "ledger"])
    assert "pydantic==" + _bound(project["dependencies"], "pydantic") in wanted
    assert "highspy==" + _bound(project["optional-dependencies"]["markets"], "highspy") in wanted
    assert all(re.fullmatch(r"[A-Za-z0-9._\[\]-]+==[0-9.]+", pin) for pin in wanted)
    assert len(wanted) > len(project["dependencies"])


def _bound(requirements: list[str], name: str) -> str:
    return next(r.partition(">=")[2] for r in requirements if r.startswith(f"{name}>="))


@pytest.mark.parametrize("lock", licences.LOCKS)
def test_locks_take_wheels_only(lock: str) -> None:
    text = (licences.FOLDER / f"{lock}.txt").read_text("utf-8")
    assert "--only-binary :all:" in text
    assert "http" not in text
    assert "git+" not in text
