"""World tables of 2,009 to 9,800 industries: all accounts beside pymrio's ``calc_all``.

Both deliver M, D_cba, D_pba, D_imp and D_exp of ten stressors from the same arrays in memory, each
in a fresh process with two threads. Peak memory is that of the calculation with the table in it;
what making the table took is left out.
"""

from __future__ import annotations

import os
import resource
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.mrio_tables import REGIONS, STRESSORS, Parts, world
from benchmarks.process import Stopwatch, alone

RESULTS = Path(__file__).parent / "results"
SECTORS = (41, 102, 200)
REPEATS = {41: 5, 102: 3, 200: 2}
FIELDS = ("M", "D_cba", "D_pba", "D_imp", "D_exp")
PEER, ONE = "pymrio calc_all", "one footprint"
MIXED, FACTORED, DOUBLE = "all accounts", "all accounts, factorised", "all accounts, double"
WAYS = (PEER, MIXED, FACTORED, DOUBLE, ONE)
ACCURATE = 1e-10
THREADS = "2"
PRODUCT = 4_000  # size of the matrix products that measure the machine
MIB = 1024.0


def measured(way: str, sectors: int, folder: str) -> list[dict[str, object]]:
    """One way at one size, in this process; its last outputs are saved in the folder."""
    parts = world(sectors)
    work = {
        PEER: _pymrio,
        MIXED: lambda given: _ours(given, "mixed"),
        FACTORED: lambda given: _ours(given, "mixed", factorised=True),
        DOUBLE: lambda given: _ours(given, "double"),
        ONE: _footprint,
    }[way](parts)
    del parts
    speed = {"sgemm": _product_rate(np.float32), "dgemm": _product_rate(np.float64)}
    rows = []
    for repeat in range(REPEATS[sectors]):
        _forget_peak()
        before = _resident_mib("VmRSS")
        watch = Stopwatch()
        found = work()
        took = watch.read()
        rows.append(
            {
                "way": way,
                "sectors": sectors,
                "N": sectors * REGIONS,
                "repeat": repeat,
                **took,
                "start_mib": before,
                "peak_mib": _resident_mib("VmHWM"),
                "rounds": int(found.get("rounds", 0)),
                **{f"{name}_gflops": rate for name, rate in speed.items()},
            }
        )
    np.savez(Path(folder, f"{way} {sectors}.npz"), **found)
    return rows


def _ours(
    parts: Parts, precision: str, *, factorised: bool = False
) -> Callable[[], dict[str, np.ndarray]]:
    from dualcarbon.responsibility.flows import detailed
    from dualcarbon.responsibility.leontief.system import LeontiefSystem

    table = _table(parts)

    def work() -> dict[str, np.ndarray]:
        system = LeontiefSystem.of(table, precision=precision)
        if factorised:
            system.factorise()
        found = detailed(system)
        rounds = np.array(0 if factorised else system.rounds_for(STRESSORS * REGIONS))
        return {field: getattr(found, field) for field in FIELDS} | {"rounds": rounds}

    return work


def _footprint(parts: Parts) -> Callable[[], dict[str, np.ndarray]]:
    from dualcarbon.responsibility.leontief.iterate import footprint

    table = _table(parts)

    def work() -> dict[str, np.ndarray]:
        found = footprint(table, tolerance=ACCURATE)
        return {"CBA": found.values, "bound": found.bound, "passes": np.array(found.passes)}

    return work


def _table(parts: Parts) -> Any:
    from dualcarbon.responsibility import InputOutputTable

    return InputOutputTable.of(**vars(parts))


def _pymrio(parts: Parts) -> Callable[[], dict[str, np.ndarray]]:
    import pymrio

    rows = pd.MultiIndex.from_product([parts.regions, parts.sectors], names=["region", "sector"])
    columns = pd.MultiIndex.from_product(
        [parts.regions, parts.categories], names=["region", "category"]
    )
    Z = pd.DataFrame(parts.Z, rows, rows, copy=False)
    Y = pd.DataFrame(parts.Y, rows, columns, copy=False)
    F = pd.DataFrame(parts.F, pd.Index(parts.stressors, name="stressor"), rows, copy=False)

    def work() -> dict[str, np.ndarray]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            system = pymrio.IOSystem(Z=Z, Y=Y, given={"name": "given", "F": F}).calc_all()
        return {field: getattr(system.given, field).to_numpy() for field in FIELDS}

    return work


def run(sectors: tuple[int, ...] = SECTORS) -> None:
    """Measure every way at every size, compare the outputs, write the results.

    Raises:
        AssertionError: an output differs from the reference by more than 1e-10 of itself.
    """
    RESULTS.mkdir(exist_ok=True)
    kept = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = THREADS
    rows: list[dict[str, object]] = []
    errors: list[dict[str, object]] = []
    try:
        for size in sectors:
            with tempfile.TemporaryDirectory() as folder:
                for way in WAYS:
                    print(f"  {size * REGIONS:,} industries: {way}", flush=True)
                    rows += alone(measured, way, size, folder)[0]
                errors += _errors(Path(folder), size)
    finally:
        if kept is None:
            del os.environ["OMP_NUM_THREADS"]
        else:
            os.environ["OMP_NUM_THREADS"] = kept
    different = pd.DataFrame(errors)
    pd.DataFrame(rows).to_csv(RESULTS / "mrio.csv", index=False)
    different.to_csv(RESULTS / "mrio_error.csv", index=False)
    wrong = different[~(different["largest_relative"] <= ACCURATE)]
    if len(wrong):
        raise AssertionError(f"outputs differ:\n{wrong}")


def _errors(folder: Path, sectors: int) -> list[dict[str, object]]:
    """Largest difference of any figure from the double-precision one, relative to itself."""
    reference = np.load(folder / f"{DOUBLE} {sectors}.npz")
    rows: list[dict[str, object]] = []
    for way in (MIXED, FACTORED, PEER):
        found = np.load(folder / f"{way} {sectors}.npz")
        for field in FIELDS:
            gap = np.abs(found[field] / reference[field] - 1.0).max()
            rows.append({"way": way, "sectors": sectors, "output": field, "largest_relative": gap})
    one = np.load(folder / f"{ONE} {sectors}.npz")
    true = reference["D_cba"][0].reshape(REGIONS, sectors).sum(axis=1)
    for output, gap in (
        ("CBA of one stressor", np.abs(one["CBA"] / true - 1.0).max()),
        ("its guaranteed bound", one["bound"].sum() / true.sum()),
    ):
        rows.append({"way": ONE, "sectors": sectors, "output": output, "largest_relative": gap})
    return rows


def least_seconds(N: int, rounds: int, sgemm: float, dgemm: float) -> float:
    """Seconds that the arithmetic of all accounts takes at the rates of matrix products.

    P R + R right sides are solved twice in single precision, by one factorisation and its solves or
    by rounds, with one residual between in double precision.

    Args:
        N: industries.
        rounds: products with the table for one solution; 0 if it was factorised.
        sgemm, dgemm: measured rates, GFLOP/s.
    """
    product = (STRESSORS * REGIONS + REGIONS) * 2.0 * N**2
    single = 2 * rounds * product if rounds else 2.0 / 3.0 * N**3 + 2 * product
    return (single / sgemm + product / dgemm) / 1e9


def _product_rate(dtype: Any) -> float:
    """GFLOP/s of a large matrix product, the best of three."""
    a = np.ones((PRODUCT, PRODUCT), dtype=dtype)
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    return 2.0 * PRODUCT**3 / best / 1e9


def _forget_peak() -> None:
    """Let the peak start anew, where the system can (Linux)."""
    clear = Path("/proc/self/clear_refs")
    if clear.exists():
        clear.write_text("5")


def _resident_mib(kind: str) -> float:
    """Resident memory now (``VmRSS``) or at its peak (``VmHWM``), MiB."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return float(lines[kind].split()[0]) / MIB
