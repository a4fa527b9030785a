"""Section of the page on speed: world tables beside pymrio."""

from __future__ import annotations

from importlib.metadata import version

import pandas as pd

from benchmarks import mrio
from benchmarks.mrio_tables import CATEGORIES, REGIONS, STRESSORS

TEXT = """
## All accounts of a world table beside pymrio

Seeded random tables of {regions} regions with {categories} categories of final demand and
{stressors} stressors, every cell filled, 5 to 25 % of inputs imported. pymrio {pymrio} runs
`calc_all`; **all accounts** delivers the same outputs (`M`, `D_cba`, `D_pba`, `D_imp`, `D_exp`) of
every stressor; **one footprint** is the consumption account of one stressor for all regions, with a
guaranteed error below 1e-10, for which pymrio has `calc_all` only. Each runs in a fresh process
with {threads} threads, from arrays in memory; seconds and peak memory (the table in it) are the
least of {repeats} runs, the small table more often. Processor seconds stand beside the clock: other
work may share the machine.

{table}

*Method*: `factors` is one factorisation in single precision refined to double, `rounds` solves by
rounds over trade, taken where they are less work. *Error* is the largest difference of any figure
from the same figure in double precision, relative to itself. *Limit* is the share of its time that
the arithmetic of the method would take at the rate of the machine's own large matrix products
({rates} GFLOP/s in single and double precision, measured in the same process).

Rounds converge faster on these tables than on real ones, where trade ties together groups of
regions and sectors: a solution takes {rounds} rounds here and 7 on WIOD 2013 of 2009. A real table
of the largest size would therefore be factorised for all these outputs, and take rounds for the
accounts of regions, which have far fewer right sides. Factorised, the largest table takes
{factored}.
"""
HEAD = (
    "industries", "way", "method", "s", "pymrio over it", "CPU s", "pymrio over it",
    "peak MiB", "pymrio over it", "limit", "error",
)  # fmt: skip


def section() -> str:
    """The section from the measured tables."""
    rows = pd.read_csv(mrio.RESULTS / "mrio.csv")
    errors = pd.read_csv(mrio.RESULTS / "mrio_error.csv")
    lines = [HEAD, tuple("---" for _ in HEAD)]
    for sectors, of_size in rows.groupby("sectors"):
        best = of_size.groupby("way")[["seconds", "cpu_seconds", "peak_mib"]].min()
        peer = best.loc[mrio.PEER]
        for way in mrio.WAYS:
            if way in best.index:
                one = of_size[of_size["way"] == way]
                error = errors[(errors["sectors"] == sectors) & (errors["way"] == way)]
                lines.append(_line(one, best.loc[way], peer, error))
    largest = rows[rows["sectors"] == rows["sectors"].max()]
    ours = largest[largest["way"] == mrio.MIXED].iloc[0]
    return TEXT.format(
        regions=REGIONS,
        categories=CATEGORIES,
        stressors=STRESSORS,
        pymrio=version("pymrio"),
        threads=mrio.THREADS,
        repeats=largest["repeat"].nunique(),
        table="\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines),
        rates=f"{ours['sgemm_gflops']:.0f} and {ours['dgemm_gflops']:.0f}",
        rounds=int(ours["rounds"]),
        factored=_factored(largest),
    )


def _line(
    runs: pd.DataFrame, best: pd.Series, peer: pd.Series, errors: pd.DataFrame
) -> tuple[str, ...]:
    first = runs.iloc[0]
    way, N, rounds = str(first["way"]), int(first["N"]), int(first["rounds"])
    all_accounts = way in (mrio.MIXED, mrio.FACTORED)
    least = mrio.least_seconds(N, rounds, first["sgemm_gflops"], first["dgemm_gflops"])
    method = "inverse" if way == mrio.PEER else f"{rounds} rounds" if rounds else "factors"
    ratios = [f"{peer[unit] / best[unit]:.1f}" for unit in best.index]
    return (
        f"{N:,}",
        way,
        "iteration" if way == mrio.ONE else method,
        f"{best['seconds']:.2f}",
        ratios[0],
        f"{best['cpu_seconds']:.2f}",
        ratios[1],
        f"{best['peak_mib']:,.0f}",
        ratios[2],
        f"{least / best['seconds']:.0%}" if all_accounts else "–",
        "reference" if errors.empty else f"{errors['largest_relative'].max():.0e}",
    )


def _factored(largest: pd.DataFrame) -> str:
    seconds = largest[largest["way"] == mrio.FACTORED]["seconds"].min()
    peer = largest[largest["way"] == mrio.PEER]["seconds"].min()
    return f"{seconds:.1f} s, pymrio {peer / seconds:.1f} times that"
