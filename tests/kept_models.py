"""Worlds and models, each built once for all processes of the tests, whoever asks for it.

Building a world takes up to three seconds and the model of its network four; reading kept ones
takes a twentieth. Whoever asks gets what was built, or a copy of what that was before anything was
solved. A change of any source file of the package forgets all.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pypsa

from dualcarbon.equilibrium.solve import Session
from dualcarbon.scenario.model import Scenario
from dualcarbon.sweep.kept import kept
from dualcarbon.sweep.sessions import system_key

_open, _build = Session.open, Scenario.build
_known: dict[str, bytes] = {}


def keep(wanted: bool) -> None:
    """Keep what ``Session.open`` and ``Scenario.build`` make, or let them build each anew."""
    Session.open = _opened if wanted else _open  # type: ignore[method-assign]
    Scenario.build = _built if wanted else _build  # type: ignore[method-assign]


def _opened(network: Any, users: Any = None, *, threads: int = 1) -> Session:
    """A session that has solved nothing and that nobody else holds."""
    if not isinstance(network, pypsa.Network):
        return _open(network, users, threads=threads)
    key = sha256(pickle.dumps((network, users, threads))).hexdigest()
    session: Session = _copy(key, lambda: _open(network, users, threads=threads))
    return session


def _built(scenario: Scenario) -> Any:
    """The network and the energy users of a scenario, which nobody else holds."""
    return _copy(f"world {system_key(scenario)}", lambda: _build(scenario))


def _copy(key: str, build: Callable[[], Any]) -> Any:
    """What was built under a key, here or in another process, or is built now."""
    if key in _known:
        return pickle.loads(_known[key])
    found = kept(key, build)
    _known[key] = pickle.dumps(found)
    return found
