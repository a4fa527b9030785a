"""Worlds and models, each built once in a process whoever asks for it.

Building a world takes up to three seconds and the model of its network four; reading kept ones
takes a twentieth. The first to ask gets what was built; whoever asks for an equal one later gets a
copy of what that was before anything was solved.
"""

from __future__ import annotations

import pickle
from hashlib import sha256
from typing import Any

import pypsa

from dualcarbon.equilibrium.solve import Session
from dualcarbon.scenario.model import Scenario
from dualcarbon.sweep.sessions import system_key

_open, _build = Session.open, Scenario.build
_models: dict[bytes, bytes] = {}
_worlds: dict[str, bytes] = {}


def keep(wanted: bool) -> None:
    """Keep what ``Session.open`` and ``Scenario.build`` make, or let them build each anew."""
    Session.open = _opened if wanted else _open  # type: ignore[method-assign]
    Scenario.build = _built if wanted else _build  # type: ignore[method-assign]


def _opened(network: Any, users: Any = None, *, threads: int = 1) -> Session:
    """A session that has solved nothing and that nobody else holds."""
    if not isinstance(network, pypsa.Network):
        return _open(network, users, threads=threads)
    key = sha256(pickle.dumps((network, users, threads))).digest()
    if key not in _models:
        session = _open(network, users, threads=threads)
        _models[key] = pickle.dumps(session)
        return session
    kept: Session = pickle.loads(_models[key])
    return kept


def _built(scenario: Scenario) -> Any:
    """The network and the energy users of a scenario, which nobody else holds."""
    key = system_key(scenario)
    if key not in _worlds:
        built = _build(scenario)
        _worlds[key] = pickle.dumps(built)
        return built
    return pickle.loads(_worlds[key])
