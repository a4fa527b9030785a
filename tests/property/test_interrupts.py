"""A run that is interrupted at any moment leaves no half, no process, and what was there before."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dualcarbon.runs import folder as runfolder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals of POSIX"),
    pytest.mark.usefixtures("signals_heard"),
]
WORK = """
import json, sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from sweep_points import Square, Sleeps
from dualcarbon.common.outgoing import write_csv
from dualcarbon.common.whole import told_to_end, whole
from dualcarbon.runs.folder import written
from dualcarbon.sweep.executors import executor
import pandas as pd
print("begun", flush=True)
with told_to_end():
    for number in range(1000):
        with written(Path("run")) as partial, executor(2) as beside:
            beside.begin([Sleeps(k) for k in (1, 2, 3)])
            for part in range(20):
                (partial / f"{{part}}.bin").write_bytes(b"x" * 100_000)
            found = [answer.value for answer in beside.results()]
            table = pd.DataFrame({{"number": found, "run": number}})
            whole(Path("export.csv"), lambda path: write_csv(table, path))
            about = {{"number": number, "sum": sum(found)}}
            (partial / "manifest.json").write_text(json.dumps(about))
"""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
MOMENTS = 20


def members(session: int) -> list[int]:
    """Processes of a session that have not ended."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(place.name))
    return found


def interrupted(place: Path, number: signal.Signals, after: float) -> None:
    """Begin work in a folder, and send its first process a signal after some seconds."""
    script = WORK.format(tests=str(Path(__file__).parents[1]))
    asked = subprocess.Popen(
        [sys.executable, "-c", script], cwd=place, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )  # fmt: skip
    with asked:
        assert asked.stdout is not None
        assert asked.stdout.readline() == b"begun\n"
        time.sleep(after)
        asked.send_signal(number)
        asked.wait(timeout=60)
    deadline = time.monotonic() + 20.0
    while members(asked.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert members(asked.pid) == []
    assert asked.returncode != 0


def assert_whole(place: Path) -> None:
    """There is a finished run, with all that it wrote, and a whole export."""
    runfolder.restored(place / "run")
    manifest = runfolder.read_manifest(place / "run")
    assert manifest["sum"] == 1 + 4 + 9
    assert all((place / "run" / f"{k}.bin").stat().st_size == 100_000 for k in range(20))
    lines = (place / "export.csv").read_text("utf-8").splitlines()
    assert lines[0] == "number,run"
    assert len(lines) == 4


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_work_that_is_interrupted(tmp_path: Path, number: signal.Signals) -> None:
    moment = random.Random(int(number))
    with runfolder.written(tmp_path / "run") as partial:
        (partial / "manifest.json").write_text('{"number": -1, "sum": 14}', encoding="utf-8")
        for part in range(20):
            (partial / f"{part}.bin").write_bytes(b"x" * 100_000)
    (tmp_path / "export.csv").write_text("number,run\n1,-1\n4,-1\n9,-1\n", encoding="utf-8")
    for _ in range(MOMENTS):
        interrupted(tmp_path, number, moment.uniform(0.0, 6.0))
        assert_whole(tmp_path)
        left = sorted(p.name for p in tmp_path.iterdir() if p.name not in ("run", "export.csv"))
        if number != signal.SIGKILL:
            assert left == []
    with runfolder.written(tmp_path / "run") as partial:  # sweeps what was killed
        (partial / "manifest.json").write_text("{}", encoding="utf-8")
    left = [p.name for p in tmp_path.iterdir() if p.name.startswith(".run")]
    assert left == []


def test_two_runs_into_one_folder_leave_one_of_them_whole(tmp_path: Path) -> None:
    script = WORK.format(tests=str(Path(__file__).parents[1]))
    both = [
        subprocess.Popen([sys.executable, "-c", script.replace("range(1000)", "range(3)")],
                         cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                         env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))})
        for _ in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=300)[1] for process in both]
    assert all(b"Traceback" not in text or b"InputError" in text for text in said), said
    assert any(process.returncode == 0 for process in both)
    assert_whole(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["export.csv", "run"]
