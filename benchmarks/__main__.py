"""Run the benchmarks: ``python -m benchmarks cold sweep clubs border`` and others, or all."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from benchmarks import border, clubs, cold, document, growth, ledger, mrio, sweep

BENCHMARKS = {
    "cold": cold.run,
    "sweep": sweep.run,
    "growth": growth.run,
    "clubs": clubs.run,
    "mrio": mrio.run,
    "ledger": ledger.run,
    "border": border.run,
}
PEERS = {"clubs": "pygambit"}  # what a benchmark needs that the locks do not hold


def main() -> None:
    """Measure what is asked for, then write the page on speed and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="|".join(BENCHMARKS))
    names = parser.parse_args().names
    for name in names or BENCHMARKS:
        if name in PEERS and find_spec(PEERS[name]) is None:
            missing = f"{name}: needs {PEERS[name]}, which compiles C++: pip install -e '.[peers]'"
            if names:
                parser.error(missing)
            print(f"not measured: {missing}", flush=True)
            continue
        print(f"measuring: {name}", flush=True)
        BENCHMARKS[name]()
    document.write()
    print(document.PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
