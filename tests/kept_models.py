"""Models of networks, each built once in a process whoever opens it.

Building the model of a network takes three to four seconds, reading a kept one a twentieth. The first
to open a network gets the model as built; whoever opens an equal one later gets a copy of what that was
before its first solve.
"""

from __future__ import annotations

import pickle
from hashlib import sha256
from typing import Any

import pypsa

from dualcarbon.equilibrium.solve import Session

_built = Session.open
_models: dict[bytes, bytes] = {}


def keep(wanted: bool) -> None:
    """Let ``Session.open`` keep models, or build each anew."""
    Session.open = _kept if wanted else _built  # type: ignore[method-assign]


def _kept(network: Any, users: Any = None, *, threads: int = 1) -> Session:
    """A session that has solved nothing and that nobody else holds."""
    if not isinstance(network, pypsa.Network):
        return _built(network, users, threads=threads)
    key = sha256(pickle.dumps((network, users, threads))).digest()
    if key not in _models:
        session = _built(network, users, threads=threads)
        _models[key] = pickle.dumps(session)
        return session
    kept: Session = pickle.loads(_models[key])
    return kept
