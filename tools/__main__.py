"""Build all embedded tables, profiles and the catalogue: ``python -m tools [RAW [TARGET]]``."""

from __future__ import annotations

import sys
from pathlib import Path

from tools import catalogue
from tools.common import RAW, TABLES


def main(arguments: list[str]) -> int:
    """Build everything; the raw data and the target folder may be given as paths."""
    raw = Path(arguments[0]) if arguments else RAW
    target = Path(arguments[1]) if len(arguments) > 1 else TABLES
    if not raw.is_dir():
        sys.stderr.write(f"raw data not found: {raw}\n")
        return 2
    names = catalogue.build_all(raw, target)
    sys.stdout.write(f"{len(names)} tables in {target}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
