"""Run the benchmarks: ``python -m benchmarks sweep growth clubs mrio``; all if none is named."""

from __future__ import annotations

import argparse

from benchmarks import clubs, document, growth, mrio, sweep

BENCHMARKS = {"sweep": sweep.run, "growth": growth.run, "clubs": clubs.run, "mrio": mrio.run}


def main() -> None:
    """Measure what is asked for, then write the page on speed and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], metavar="|".join(BENCHMARKS))
    for name in parser.parse_args().names or BENCHMARKS:
        print(f"measuring: {name}", flush=True)
        BENCHMARKS[name]()
    document.write()
    print(document.PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
