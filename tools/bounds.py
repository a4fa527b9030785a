"""The oldest versions that ``pyproject.toml`` allows, and the newest there are, in a venv each.

``python -m tools.bounds lowest FOLDER`` or ``newest FOLDER`` makes the venv, installs the package
with its parts, says what it took, and runs the tests of :data:`TESTS`. It needs a package index.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("markets", "ledger")
HARNESS = ("pytest>=8.3", "hypothesis>=6.120", "hatchling", "editables", "numpy-financial")
TESTS = (
    "tests/unit/test_from_outside.py",
    "tests/unit/test_user_files.py",
    "tests/unit/test_ledger.py",
    "tests/unit/test_project_finance.py",
    "tests/analytic/test_carbon_cap.py",
    "tests/oracle/test_user_network.py",
)
BOUND = re.compile(r"^([A-Za-z0-9._-]+(?:\[[a-z,]+\])?)>=([0-9.]+)$")


def lowest(project: Mapping[str, Any], parts: Iterable[str]) -> list[str]:
    """Requirements of the package and some of its parts, each at its lower bound.

    Raises:
        ValueError: a requirement is no lower bound alone.
    """
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(r for part in parts for r in extras[part])]
    pins = []
    for requirement in wanted:
        found = BOUND.match(requirement)
        if found is None:
            raise ValueError(f"'{requirement}' is no lower bound")
        pins.append(f"{found[1]}=={found[2]}")
    return pins


def main(which: str, folder: Path) -> int:
    """Make the venv and run the tests; exit code of the last step."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    newest = [*project["dependencies"], *(r for part in PARTS for r in extras[part])]
    wanted = lowest(project, PARTS) if which == "lowest" else newest
    python = folder / "bin" / "python"
    pip = [str(python), "-m", "pip", "install", "-q", "--no-compile", "--only-binary", ":all:"]
    steps = (
        [sys.executable, "-m", "venv", str(folder)],
        [*pip, "--upgrade", *wanted, *HARNESS],
        [*pip, "--no-deps", "--no-build-isolation", "-e", str(ROOT)],
        [str(python), "-m", "pip", "list", "--format", "freeze"],
        [str(python), "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider",
         "-W", "default", *TESTS],
    )  # fmt: skip
    for step in steps:
        print(" ".join(step), flush=True)
        code = subprocess.run(step, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
