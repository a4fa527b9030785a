"""Former names of modules still import, warn, and give the present module."""

from __future__ import annotations

import subprocess
import sys
import warnings
from importlib import import_module

import pytest

from dualcarbon._former import FORMER


@pytest.mark.parametrize("former", FORMER)
def test_former_name_warns_and_gives_the_present_module(
    former: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in FORMER:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        exec(compile(f"import {former}", "my_script.py", "exec"))
    of_former = [w for w in caught if f"'{former}' is now" in str(w.message)]
    assert [(w.category, w.filename) for w in of_former] == [(DeprecationWarning, "my_script.py")]
    assert f"'{FORMER[former]}'" in str(of_former[0].message)
    assert sys.modules[former] is import_module(FORMER[former])
    assert FORMER[former] not in FORMER


def test_the_old_name_of_the_loop_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "dualcarbon.chain", raising=False)
    with pytest.warns(DeprecationWarning, match=r"dualcarbon\.loop"):
        import_module("dualcarbon.chain")


def test_former_names_are_found_in_a_fresh_interpreter() -> None:
    lines = (
        "import dualcarbon",
        "assert dualcarbon.chain.loop_tables",
        "from dualcarbon.responsibility import store",
        "from dualcarbon.responsibility.embedded import load_table",
        "import dualcarbon.international.clubs.rules.uniform_tariff as tariffs",
        "print(store.__name__, load_table.__module__, tariffs.__name__)",
    )
    call = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", "\n".join(lines)]
    out = subprocess.run(call, capture_output=True, text=True, check=True).stdout.split()
    accounts = "dualcarbon.responsibility.table"
    assert out == [
        f"{accounts}.store",
        f"{accounts}.embedded",
        "dualcarbon.international.clubs.rules.tariffs",
    ]


def test_a_name_that_never_was_is_not_found() -> None:
    with pytest.raises(ModuleNotFoundError):
        import_module("dualcarbon.responsibility.never")
