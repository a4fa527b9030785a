"""Who solves the points of a sweep: same answers, named failures, and nothing left running."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from dualcarbon.errors import DualcarbonError, InputError
from dualcarbon.sweep import pool
from dualcarbon.sweep.executors import executor
from dualcarbon.sweep.points import Executor

ASK = """
import sys
from dualcarbon.sweep import pool
from dualcarbon.sweep.executors import executor
from sweep_points import {kind}
pool.IMPORTED = []
with executor(2, progress=lambda message: sys.stdout.write(message + "\\n")) as solver:
    solver.begin([{kind}(1), {kind}(2)])
    sys.stdout.write(str([answer.value for answer in solver.results()]) + "\\n")
"""
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")


@pytest.fixture
def points(project_root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Points that other processes find under the same name."""
    monkeypatch.setattr(pool, "IMPORTED", [])
    monkeypatch.syspath_prepend(str(project_root / "tests"))
    return import_module("sweep_points")


@pytest.fixture(params=[1, 3])
def solver(request: pytest.FixtureRequest, points: ModuleType) -> Iterator[Executor]:
    with executor(request.param) as opened:
        yield opened


@pytest.fixture
def environment(project_root: Path) -> dict[str, str]:
    path = os.pathsep.join([str(project_root / "tests"), *filter(None, sys.path)])
    return {**os.environ, "PYTHONPATH": path}


def test_answers_stand_in_the_order_of_the_points(solver: Executor, points: ModuleType) -> None:
    solver.begin([points.Square(n) for n in (3, 1, 2, 5)])
    assert [answer.value for answer in solver.results()] == [9, 1, 4, 25]


def test_failing_point_is_named_and_keeps_its_kind(solver: Executor, points: ModuleType) -> None:
    solver.begin([points.Square(1), points.Fails(4)])
    with pytest.raises(InputError, match=r"^square 4: number: cannot use 4 \(allowed: 1, 2\)$"):
        solver.results()


def test_mistake_in_a_point_is_named(solver: Executor, points: ModuleType) -> None:
    solver.begin([points.Breaks(4)])
    with pytest.raises(ZeroDivisionError) as found:
        solver.results()
    assert "while solving square 4" in found.value.__notes__


def test_what_a_point_says_comes_back_with_its_name(
    points: ModuleType, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    with executor(2, progress=told.append) as solver:
        solver.begin([points.Talks(2)])
        with pytest.warns(UserWarning, match=r"^a warning \[square 2\]$"):
            assert [a.value for a in solver.results()] == [4]
    assert told == ["square 2", "square 2: multiply"]
    assert [r.getMessage() for r in caplog.records] == ["square 2: a logged word"]
    assert capfd.readouterr().out == "", "standard output is for what was asked for"


def test_process_that_dies_is_missed(points: ModuleType) -> None:
    with executor(2) as solver:
        solver.begin([points.Dies(7)])
        with pytest.raises(DualcarbonError, match="unfinished: square 7"):
            solver.results()


@pytest.mark.parametrize("workers", [1, 2])
def test_points_come_as_they_are_done_and_those_that_fail_say_why(
    workers: int, points: ModuleType
) -> None:
    given = [points.Square(3), points.Fails(4), points.Square(5)]
    with executor(workers) as solver:
        solver.begin(given)
        found = dict(solver.finished())
    assert (found[0].value, found[2].value) == (9, 25)
    assert str(found[1]) == "square 4: number: cannot use 4 (allowed: 1, 2)"


def test_point_that_takes_its_process_with_it_leaves_the_others_alone(points: ModuleType) -> None:
    given = [points.Square(1), points.Dies(7), *(points.Square(n) for n in range(2, 6))]
    with executor(2) as solver:
        solver.begin(given)
        found = dict(solver.finished())
    assert [found[at].value for at in (0, 2, 3, 4, 5)] == [1, 4, 9, 16, 25]
    assert str(found[1]).startswith("square 7: the process that solved it ended")


def test_environment_of_the_caller_is_left_alone(points: ModuleType) -> None:
    before, main = dict(os.environ), sys.modules["__main__"]
    with executor(2) as solver:
        solver.begin([points.Looks(1)])
        seen = solver.results()[0].value
        assert dict(os.environ) == before
        assert sys.modules["__main__"] is main
    assert seen["main"] is None, "the main module of the caller is not run again"
    assert seen["threads"] == "1"
    assert seen["pid"] != os.getpid()


@pytest.mark.parametrize("way", ["-c", "stdin", "script"])
def test_callers_of_every_kind(way: str, tmp_path: Path, environment: dict[str, str]) -> None:
    """A script without a guard is not run a second time by its workers."""
    text = ASK.format(kind="Square")
    (tmp_path / "script.py").write_text(text, encoding="utf-8")
    given = {"-c": ["-c", text], "stdin": ["-"], "script": ["script.py"]}[way]
    found = subprocess.run(
        [sys.executable, *given], input=text if way == "stdin" else None, capture_output=True,
        text=True, cwd=tmp_path, env=environment, timeout=120, check=True,
    )  # fmt: skip
    assert sorted(found.stdout.splitlines()) == ["[1, 4]", "square 1", "square 2"]
    assert found.stderr == ""


def test_point_of_the_main_module_is_solved_in_it(environment: dict[str, str]) -> None:
    text = ASK.format(kind="Square").replace("pool.IMPORTED = []", "pool.IMPORTED = []\n"
        "class Own(Square): pass\n").replace("[Square(1)", "[Own(3)")  # fmt: skip
    found = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True,
                           env=environment, timeout=120, check=True)  # fmt: skip
    assert found.stdout.splitlines()[-1] == "[9, 4]"
    assert "define it in a module" in found.stderr


def test_nothing_in_the_working_directory_is_run(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    for name in ("logging", "pickle", "multiprocessing", "numpy", "dualcarbon", "signal"):
        (tmp_path / f"{name}.py").write_text("open('was_run', 'w').close()\n", encoding="utf-8")
    script = tmp_path / "elsewhere" / "ask.py"
    script.parent.mkdir()
    script.write_text(ASK.format(kind="Looks"), encoding="utf-8")
    found = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd=tmp_path,
                           env=environment, timeout=120, check=True)  # fmt: skip
    assert not (tmp_path / "was_run").exists(), found.stderr
    assert f"'{tmp_path}'" not in found.stdout


@POSIX
@pytest.mark.usefixtures("signals_heard")
@pytest.mark.parametrize("number", ["SIGTERM", "SIGHUP", "SIGKILL", "SIGINT"])
def test_workers_end_with_the_process_that_asked(number: str, environment: dict[str, str]) -> None:
    asked = subprocess.Popen([sys.executable, "-c", ASK.format(kind="Waits")], text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                             start_new_session=True)  # fmt: skip
    assert asked.stdout is not None
    workers: list[int] = []
    while len(workers) < 2:
        workers += map(int, re.findall(r"process (\d+)", asked.stdout.readline()))
    assert all(map(runs, workers))
    if number == "SIGINT":  # as a terminal does: to all of them
        os.killpg(asked.pid, signal.SIGINT)
    else:
        asked.send_signal(getattr(signal, number))
    _, errors = asked.communicate(timeout=60)
    ended = time.monotonic() + 30
    while any(map(runs, workers)) and time.monotonic() < ended:
        time.sleep(0.05)
    assert not any(map(runs, workers))
    assert asked.returncode != 0
    assert errors.count("KeyboardInterrupt") == (number == "SIGINT")


def runs(process: int) -> bool:
    """Whether a process still runs; one that only waits to be reaped does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except FileNotFoundError:
        if Path("/proc/self").exists():
            return False
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        return True
    return state[0] != "Z"
