"""The page of documentation on speed, written from the measured tables."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from benchmarks import clubs, growth, ledger, mrio, mrio_page, sweep
from dualcarbon.solver.highs import LARGE

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "speed.md"
SECONDS = ["seconds", "cpu_seconds", "seconds_in_solver"]
TOOLS = ("pypsa", "linopy", "highspy")

HEAD = """# Speed and size

Written by `make bench` from the tables in `benchmarks/results`; figures of another machine differ,
ratios less so. Measured on {cores} cores with one solver thread, Python {python},
{tools}.
"""

SWEEP = """
## A policy sweep beside PyPSA built and solved anew

Thirty policy points on the 31 provinces, in the system of the shipped scenario `today`: carbon
stringency or mass cap, offset limit and renewable obligation. The points are ordered so that
neighbours differ in one lever. **Ours** solves them one after another in one session, each from the
last basis; {moved} of the thirty moved to another basis. The **peer** copies the same network in
memory, lets PyPSA write its model, adds the same policy rows and lets linopy solve it with HiGHS at
its default options, once through linopy's default interface (a file) and once through the direct
one. The peer solved every {every}th point; there the objectives differ by at most {gap:.0e} of
themselves ({same:.0e} is asserted). Seconds are of the processor, with the clock beside them: other
work shares the machine.

{table}

Opening the session and the first solve took {opening:.1f} s. With them, all thirty points take
{total:.0f} s, against {anew:.0f} s for thirty times the peer's median through the direct interface
({total_ratio:.1f} times). Ours ran {repeats} times; the medians of the runs were {runs} s.
Of our time {solver:.0%} is simplex; the rest writes the changed policy rows.
"""

GROWTH = """
## What more days and regions cost

Today's markets, built and solved cold, each in a process of its own; processor seconds. Above
{large:,} columns a cold solve uses the interior point with crossover to a basis, else the simplex.

{table}

### What more days change

Difference from sixteen typical days of the same regions, largest of the three years.

{errors}
"""

CLUBS = """
## Equilibria of climate clubs beside pygambit

The 44 cells of price and tariff of C-DICE: 15 regions, {coalitions:,} coalitions each. **Branch and
bound** builds each game and finds all Nash equilibria; **all coalitions** evaluates the payoffs of
every coalition and labels it Nash, internally, externally and potentially stable; **with groups and
cycles** adds strong equilibria and the cycles where there are none. pygambit gets the payoffs of
{peer} of the cells as arrays, builds its game and enumerates the pure equilibria. All ways find
the same equilibria. The last row is the mean of three prices in random worlds of {large} regions,
{wide:,} coalitions each. Processor seconds, with the clock beside them.

{table}
"""


LEDGER = """
## Events of the ledger beside pgbench

A transfer that cuts one lot in two: one row ends, three are written, with all guards and the hash.
`pgbench` (TPC-B-like, one client) and durable single events take turns on the same server, single
and batched writes (1,000 to a commit) take turns on SQLite with `synchronous = FULL`. The machine
was busy with other work (load 8 to 10 on two cores): rates are a fraction of those of an idle one,
and a batch, which waits for the processor, gains less over single writes, which wait for the disk.

{table}

A durable event is {over:.2f} of a transaction of pgbench; a batch writes {batch:.1f} times as many
events a second as single writes. An event takes {first:.0f} µs of processor at {small:,} events and
{last:.0f} at {large:,}.

Nearly idle, the same machine gave 372 durable events against 1,107 transactions of pgbench (0.34),
1,200 single and 3,200 batched events a second on SQLite (2.7), 90,000 verified events a second, and
a statement of 600 lines in 0.04 s. The goals, 0.6 of pgbench and 15 times single writes, are not
met there: its disk flushes in a tenth of a millisecond, and the guards set the pace, not the disk.
"""


def _ledger() -> str:
    found = pd.read_csv(ledger.RESULTS / "ledger.csv").set_index("what")
    sizes = [int(n.rpartition("_")[2]) for n in found.index if n.startswith("cpu_at_")]
    rows = [
        (name.replace("_", " "), f"{r.value:,.3g}" if r.value < 1000 else f"{r.value:,.0f}", r.unit)
        for name, r in zip(found.index, found.itertuples(), strict=True)
    ]
    return LEDGER.format(
        table=_table(("", "", "unit"), rows),
        over=found.loc["single_over_pgbench", "value"],
        batch=found.loc["batch_over_single", "value"],
        first=found.loc[f"cpu_at_{min(sizes)}", "value"],
        last=found.loc[f"cpu_at_{max(sizes)}", "value"],
        small=min(sizes),
        large=max(sizes),
    )


def write() -> None:
    """Write the page from whatever has been measured."""
    tools = ", ".join(f"{name} {version(name)}" for name in TOOLS)
    parts = [HEAD.format(cores=os.cpu_count(), python=platform.python_version(), tools=tools)]
    if (sweep.RESULTS / "sweep_ours.csv").exists():
        parts.append(_sweep())
    if (growth.RESULTS / "growth_cost.csv").exists():
        parts.append(_growth())
    if (clubs.RESULTS / "clubs.csv").exists():
        parts.append(_clubs())
    if (mrio.RESULTS / "mrio.csv").exists():
        parts.append(mrio_page.section())
    if (ledger.RESULTS / "ledger.csv").exists():
        parts.append(_ledger())
    PAGE.write_text("".join(parts), encoding="utf-8")


def _sweep() -> str:
    mine = pd.read_csv(sweep.RESULTS / "sweep_ours.csv")
    anew = pd.read_csv(sweep.RESULTS / "sweep_peer.csv")
    peak = pd.read_csv(sweep.RESULTS / "sweep_memory.csv").set_index("way")["peak_mib"]
    opening = mine[~mine["warm"] & (mine["point"] == sweep.OPENING)]["cpu_seconds"].median()
    points = mine[mine["point"] != sweep.OPENING]
    typical = points.groupby("point", sort=False)[SECONDS].median()
    per_run = points.groupby("repeat")["cpu_seconds"].median()
    rows = [("ours, warm", typical, peak["ours"])]
    for interface, name in (("direct", "PyPSA anew, direct"), ("lp", "PyPSA anew, default")):
        rows.append((name, anew[anew["interface"] == interface], peak[interface]))
    both = mine.merge(anew, on="point", suffixes=("", "_anew"))
    direct = anew[anew["interface"] == "direct"]["cpu_seconds"].median()
    total = opening + typical["cpu_seconds"].sum()
    return SWEEP.format(
        moved=int((points.groupby("point")["iterations"].max() > 0).sum()),
        every=sweep.EVERY,
        gap=(both["objective"] / both["objective_anew"] - 1.0).abs().max(),
        same=sweep.SAME,
        table=_table(
            ("", "points", "median s", "least s", "most s", "times ours", "median s on the clock",
             "times ours", "peak MiB"),
            [(name, len(taken), *_spread(taken, typical), f"{memory:.0f}")
             for name, taken, memory in rows],
        ),
        opening=opening,
        total=total,
        anew=len(typical) * direct,
        total_ratio=len(typical) * direct / total,
        repeats=mine["repeat"].nunique(),
        runs=", ".join(f"{s:.2f}" for s in per_run),
        solver=typical["seconds_in_solver"].sum() / typical["seconds"].sum(),
    )  # fmt: skip


def _spread(taken: pd.DataFrame, ours: pd.DataFrame) -> tuple[str, ...]:
    """Median, least, most of processor seconds, then the clock; each median over ours."""
    cpu, clock = taken["cpu_seconds"], taken["seconds"]
    return (
        f"{cpu.median():.2f}",
        f"{cpu.min():.2f}",
        f"{cpu.max():.2f}",
        f"{cpu.median() / ours['cpu_seconds'].median():.1f}",
        f"{clock.median():.2f}",
        f"{clock.median() / ours['seconds'].median():.1f}",
    )


def _growth() -> str:
    cost = pd.read_csv(growth.RESULTS / "growth_cost.csv")
    figures = pd.read_csv(growth.RESULTS / "growth_error.csv")
    sizes = _table(
        ("regions", "days", "slices a day", "build s", "open s", "solve s", "rows", "columns",
         "peak MiB"),
        [
            (r.regions, r.days, r.segments, f"{r.seconds_build:.1f}", f"{r.seconds_open:.1f}",
             f"{r.seconds_solve:.1f}", f"{r.rows:,}", f"{r.columns:,}", f"{r.peak_mib:.0f}")
            for r in cost.itertuples()
        ],
    )  # fmt: skip
    fewer = figures[figures["days"] < figures["days"].max()]
    worst = fewer.loc[fewer.groupby(["regions", "days", "indicator"])["difference"].transform(
        lambda d: d.abs() == d.abs().max())]  # fmt: skip
    wide = worst.drop_duplicates(["regions", "days", "indicator"]).set_index(
        ["regions", "days", "indicator"])  # fmt: skip
    names = list(dict.fromkeys(figures["indicator"]))
    rows = [
        (regions, days, *(_difference(wide.loc[(regions, days, name)]) for name in names))
        for regions, days in fewer[["regions", "days"]].drop_duplicates().itertuples(index=False)
    ]
    head = ("regions", "days", *(f"`{name}`" for name in names))
    return GROWTH.format(large=LARGE, table=sizes, errors=_table(head, rows))


def _clubs() -> str:
    found = clubs.summary()
    head = ("", "settings", "runs", "median s", "most s", "s on the clock", "ms a setting",
            "times branch and bound", "peak MiB")  # fmt: skip
    rows = [
        (r.way, r.settings, r.runs, f"{r.median_s:.4f}", f"{r.most_s:.4f}", f"{r.clock_s:.4f}",
         f"{r.per_setting_ms:.2f}", f"{r.times_ours:,.0f}", f"{r.peak_mib:.0f}")
        for r in found.itertuples()
    ]  # fmt: skip
    return CLUBS.format(
        coalitions=2**15,
        peer=len(clubs.PEER_CELLS),
        large=clubs.LARGE,
        wide=2**clubs.LARGE,
        table=_table(head, rows),
    )


def _difference(row: pd.Series) -> str:
    """Percentage points of a share; percent of anything else, with what was found."""
    if row["unit"] == "1":
        return f"{100 * row['difference']:+.2f} points ({row['year']})"
    share = 100 * row["difference"] / (row["value"] - row["difference"])
    return f"{share:+.1f} % ({row['year']})"


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
