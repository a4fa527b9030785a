"""Licences of all that is pinned: one row per package of ``requirements/*.txt``.

``python -m tools.licences`` writes ``requirements/licences.csv`` from what the packages in this
environment say of themselves; a test compares it with the pins.
"""

from __future__ import annotations

import csv
import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "requirements"
TABLE = FOLDER / "licences.csv"
HEADS = ("package", "version", "lock", "licence", "home")
LOCKS = ("run", "test", "docs")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)$", re.MULTILINE)
CLASSIFIER = "License :: OSI Approved :: "
LONGEST = 60  # letters; what is longer is the text of a licence and not its name


def pins() -> dict[str, tuple[str, str]]:
    """Version and lock file of each package, by its name in lower case with dashes."""
    found: dict[str, tuple[str, str]] = {}
    for lock in LOCKS:
        for name, version in PIN.findall((FOLDER / f"{lock}.txt").read_text(encoding="utf-8")):
            found[normal(name)] = (version, lock)
    return dict(sorted(found.items()))


def normal(name: str) -> str:
    """The name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(name: str) -> tuple[str, str] | None:
    """Licence and home page that an installed package states; None where it is not installed."""
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return None
    stated = [about.get("License-Expression") or ""]
    stated += [c.removeprefix(CLASSIFIER) for c in about.get_all("Classifier") or ()
               if c.startswith(CLASSIFIER)]  # fmt: skip
    stated.append((about.get("License") or "").strip().partition("\n")[0])
    licence = next((text for text in stated if text and len(text) <= LONGEST), "see its files")
    links = dict(text.split(", ", 1) for text in about.get_all("Project-URL") or ())
    named = {key.lower(): url for key, url in links.items()}
    home = about.get("Home-page") or named.get("homepage") or named.get("source") or ""
    return licence, home or next(iter(links.values()), "")


def rows(before: dict[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """One row per pin; what is not installed here keeps the row that it had."""
    found = []
    for name, (version, lock) in pins().items():
        said = licence_of(name)
        kept = before.get(name, (name, version, lock, "see its files", ""))
        found.append((name, version, lock, *(said or kept[3:])))
    return found


def stored() -> dict[str, tuple[str, ...]]:
    """Rows of the table by package."""
    if not TABLE.is_file():
        return {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row[0]: tuple(row) for row in list(csv.reader(file))[1:]}


def main() -> None:
    """Write the table."""
    found = rows(stored())
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([HEADS, *found])
    sys.stdout.write(f"{len(found)} packages in {TABLE.name}\n")


if __name__ == "__main__":
    main()
