"""What lies in a run folder, and how it is read back."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import platform
import shlex
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dualcarbon.errors import InputError
from dualcarbon.runs import folder as runfolder
from dualcarbon.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from dualcarbon.equilibrium.rows import KeptRows
    from dualcarbon.equilibrium.solve import Equilibrium
    from dualcarbon.scenario.model import Scenario

PACKAGES = ("pypsa", "linopy", "highspy", "tsam", "numpy", "pandas", "pydantic", "xarray")
REPORT, IAMC, XLSX, TABLES = "report.html", "iamc.csv", "tables.xlsx", "tables"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Parts:
    """What a run folder is made of; see :class:`dualcarbon.runs.result.Run`."""

    scenarios: dict[str, Scenario]
    tables: dict[str, pd.DataFrame]
    equilibria: dict[str, Equilibrium] = field(default_factory=dict)
    lang: str = "en"
    seconds: dict[str, float] = field(default_factory=dict)


def place_of(scenarios: Mapping[str, Scenario]) -> Path:
    """Default folder of a run: its scenarios' names and the hash of what determines it."""
    return runfolder.default_folder(list(scenarios), digest_of(scenarios))


def digest_of(scenarios: Mapping[str, Scenario]) -> str:
    """Hash of version, resolved scenarios and data."""
    return runfolder.run_digest(
        {
            "version": __version__,
            "scenarios": {name: s.resolved() for name, s in scenarios.items()},
            "data": data_hashes(),
        }
    )


def data_hashes() -> dict[str, str]:
    """SHA-256 of every embedded data file."""
    from dualcarbon import datasets

    files = datasets.catalogue().drop_duplicates("file")
    return {str(f): str(h) for f, h in zip(files["file"], files["sha256"], strict=True)}


def write(
    run: Parts, folder: Path, place: Path, progress: Callable[[str], None] = lambda message: None
) -> None:
    """Write everything that belongs to a run into a folder.

    Args:
        run: a solved run.
        folder: where to write now; place: where the folder will lie in the end.
        progress: told what is written.
    """
    from dualcarbon.common.outgoing import write_csv
    from dualcarbon.equilibrium.rows import SolvedRows, kept
    from dualcarbon.report import html
    from dualcarbon.report.export import write_tables
    from dualcarbon.report.iamc import iamc_table

    start = time.perf_counter()
    documents = [scenario.to_yaml() for scenario in run.scenarios.values()]
    (folder / runfolder.SCENARIOS).write_text("---\n".join(documents), encoding="utf-8")
    progress("write tables")
    write_tables(run.tables, folder, run.lang)
    write_csv(iamc_table(run.tables), folder / IAMC)
    for name, equilibrium in run.equilibria.items():
        progress(f"write results of {name}")
        write_network(equilibrium.network, folder / f"results_{name}.nc")
        kept(SolvedRows(equilibrium.solution)).to_parquet(folder / rows_file(name))
    progress("write report")
    manifest = manifest_of(run, place)
    html.write_report(run.tables, folder / REPORT, lang=run.lang, meta=report_meta(manifest))
    manifest["seconds"]["write"] = round(time.perf_counter() - start, 3)
    logger.info("wrote the run in %.1f s", manifest["seconds"]["write"])
    text = json.dumps(manifest, indent=1, ensure_ascii=False)
    (folder / runfolder.MANIFEST).write_text(text + "\n", encoding="utf-8")


def write_network(network: Any, path: Path) -> None:
    """Write a network as NetCDF, without PyPSA's own log lines."""
    from dualcarbon.system.network import quiet_pypsa

    with quiet_pypsa():
        network.export_to_netcdf(str(path))


def manifest_of(run: Parts, place: Path) -> dict[str, Any]:
    """What is known of a run beside its tables; also what the report says about it."""
    first = next(iter(run.scenarios.values()))
    return {
        "name": "-".join(run.scenarios),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": __version__,
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "digest": digest_of(run.scenarios),
        "data": data_hashes(),
        "world": first.world,
        "years": list(first.years),
        "system": {n: s.system.model_dump(mode="json") for n, s in run.scenarios.items()},
        "scenarios": {
            name: {
                "title_en": s.title_en,
                "title_zh": s.title_zh,
                "description_en": s.description_en,
                "description_zh": s.description_zh,
                "instruments": list(s.instruments),
                **_solve_status(run, name),
            }
            for name, s in run.scenarios.items()
        },
        "lang": run.lang,
        "command": f"dualcarbon run {shlex.quote(str(Path(place) / runfolder.SCENARIOS))}",
        "seconds": dict(run.seconds),
    }


def report_meta(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the report says about a run, from its manifest."""
    kept = ("created", "command", "world", "scenarios", "digest")
    systems = manifest["system"]
    return {
        **{key: manifest[key] for key in kept},
        "versions": {"python": manifest["python"], **manifest["packages"]},
        "settings": next(iter(systems.values())),
    }


def _solve_status(run: Parts, name: str) -> dict[str, Any]:
    if name not in run.equilibria:
        return {}
    equilibrium = run.equilibria[name]
    program, inside = equilibrium.solution.program, equilibrium.solution.raw.interior
    return {
        "solver_status": f"optimal {'interior' if inside else 'basic'} solution",
        "objective_cny": equilibrium.objective,
        "rows": int(program.shape[0]),
        "columns": int(program.shape[1]),
    }


def read(folder: str | Path) -> Parts:
    """Read what a run folder holds; equilibria are not part of it.

    Raises:
        InputError: the folder does not exist or holds no finished run.
    """
    from dualcarbon.common.tables import columns, contract
    from dualcarbon.scenario.documents import load_scenarios

    place = Path(folder)
    runfolder.restored(place.resolve())
    if not place.is_dir():
        raise InputError("no such run folder", where=str(place), allowed=known_runs() or None)
    manifest = runfolder.read_manifest(place)
    tables = runfolder.read_tables(place)
    lacking = [
        f"{name}.{column}"
        for name in tables.keys() & contract().keys()
        for column in columns(name)
        if column not in tables[name]
    ]
    if lacking:
        logger.warning(
            "%s was written by another version and lacks %s; what needs them is left out. "
            "'dualcarbon run %s' solves it anew",
            place,
            ", ".join(sorted(lacking)),
            shlex.quote(str(place / runfolder.SCENARIOS)),
        )
    scenarios = load_scenarios([place / runfolder.SCENARIOS])
    return Parts(
        {s.name: s for s in scenarios},
        tables,
        lang=str(manifest.get("lang", "en")),
        seconds=dict(manifest.get("seconds", {})),
    )


def rows_file(scenario: str) -> str:
    """Name of the file with the rows of a scenario that can be explained, and their duals."""
    return f"rows_{scenario}.parquet"


def read_rows(folder: Path, scenario: str) -> KeptRows | None:
    """The rows of a scenario, or None where a run was written before they were kept."""
    import pandas as pd

    from dualcarbon.equilibrium.rows import KeptRows

    path = folder / rows_file(scenario)
    return KeptRows(pd.read_parquet(path)) if path.is_file() else None


def known_runs() -> list[str]:
    """Run folders below ``runs`` in the working directory."""
    return [str(p) for p in sorted(runfolder.RUNS.glob("*")) if runfolder.is_run(p)]


def write_report(tables: Mapping[str, pd.DataFrame], folder: Path, out: Path, lang: str) -> Path:
    """Write the report of tables with what the manifest of their folder says."""
    from dualcarbon.report import html

    meta = report_meta(runfolder.read_manifest(folder))
    return Path(html.write_report(tables, out, lang=lang, meta=meta))


def exported(folder: str | Path, to: str, out: Path) -> list[Path]:
    """Copy the results of a run in one format.

    Args:
        folder: run folder.
        to: ``xlsx``, ``csv``, ``parquet``, ``netcdf`` or ``iamc``.
        out: folder to write to.

    Raises:
        InputError: the run lacks the files, or the folder cannot be written.
    """
    place = Path(folder)
    read(place)
    pattern = {
        "xlsx": XLSX,
        "csv": f"{TABLES}/*.csv",
        "parquet": f"{TABLES}/*.parquet",
        "netcdf": "results_*.nc",
        "iamc": IAMC,
    }[to]
    files = sorted(place.glob(pattern))
    if not files:
        raise InputError(f"the run holds no {to} files", where=str(place))
    stem = place.resolve().name
    copies = []
    folder_of_its_own = to in {"csv", "parquet"}
    try:
        for file in files:
            name = f"{stem}-{to}/{file.name}" if folder_of_its_own else f"{stem}-{file.name}"
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            copies.append(target)
    except OSError as error:
        raise InputError(f"cannot write here: {error.strerror}", where=str(out)) from None
    return copies
