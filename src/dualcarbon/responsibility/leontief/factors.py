"""Factorisation of ``M = I - A`` in single precision, solutions refined to double precision.

The factors of ``M`` in single precision (fp32) cost half the time and memory. A solution from them
has a relative error of about 1e-6; the residual is then computed in double precision from the
table itself, and the correction solved with the same factors. Each such step multiplies the error
by the same 1e-6 (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 12.1).

For a table with ``A >= 0`` the row ``u = 1 (I - A)^-1`` says everything about the matrix: all of
``u > 0`` if and only if the table is productive (spectral radius of A below 1), and ``max u`` is
the 1-norm of the inverse, so that the condition number is known exactly.
"""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np

from dualcarbon.errors import InputError, unknown_name
from dualcarbon.responsibility.table.table import Array

BACKENDS = ("numpy", "cupy")


@dataclass(frozen=True)
class Backend:
    """An array module and the LAPACK-like module that goes with it.

    Attributes:
        name: ``numpy`` or ``cupy``.
        xp: the array module.
        linalg: has ``lu_factor`` and ``lu_solve``.
    """

    name: str
    xp: Any
    linalg: Any

    @classmethod
    def of(cls, name: str) -> Backend:
        """A backend by name; cupy is imported only here.

        Raises:
            InputError: an unknown name, or cupy or its card is not there.
        """
        if name not in BACKENDS:
            raise unknown_name("backend", name, BACKENDS)
        if name == "numpy":
            return cls(name, np, import_module("scipy.linalg"))
        try:
            xp, linalg = import_module("cupy"), import_module("cupyx.scipy.linalg")
            xp.cuda.runtime.getDeviceCount()
        except Exception as error:
            raise InputError(
                f"backend 'cupy' cannot be used ({error}); install dualcarbon[gpu]",
                allowed=BACKENDS[:1],
            ) from None
        return cls(name, xp, linalg)

    def there(self, array: Any, dtype: Any = None) -> Any:
        """The array on the device."""
        return self.xp.asarray(array, dtype=dtype)

    def here(self, array: Any) -> Any:
        """The array in the computer's memory."""
        return array if self.name == "numpy" else self.xp.asnumpy(array)


LOG = logging.getLogger(__name__)
SINGLE_LIMIT = 1e-3  # condition x rounding from which single precision is not tried
SINGULAR_LIMIT = 1e-4  # the same for double precision
ACCURATE = 1e-11  # relative error that the refinement aims at
MOST_STEPS = 6
BLOCK_BYTES = 64 * 2**20


class Approximate(Protocol):
    """What gives solutions to about single precision."""

    @property
    def backend(self) -> Backend:
        """Where it is."""

    @property
    def rounding(self) -> float:
        """Relative error of a solution, about."""

    def solve(self, B: Any, *, transposed: bool) -> Any:
        """A solution."""


@dataclass(frozen=True, eq=False)
class Factors:
    """LU factors of the transposed ``M`` (numpy keeps M by rows, LAPACK reads columns).

    Attributes:
        backend: where they are.
        lu: result of ``lu_factor``.
        single: whether they are in single precision.
        inverse_sums: (N,) ``1 M^-1``, all positive if the table is productive.
    """

    backend: Backend
    lu: Any
    single: bool
    inverse_sums: Array

    @classmethod
    def of(cls, Z: Array, per_output: Array, backend: Backend, *, single: bool) -> Factors:
        """Form ``I - Z per_output`` and factorise it in place."""
        dtype = np.float32 if single else np.float64
        M = scaled(Z, -per_output, dtype, backend)
        M.ravel()[:: len(M) + 1] += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a zero on the diagonal is seen in the sums below
            lu = backend.linalg.lu_factor(M.T, overwrite_a=True, check_finite=False)
            ones = backend.xp.ones(len(M), dtype=dtype)
            sums = backend.linalg.lu_solve(lu, ones, check_finite=False)
        return cls(backend, lu, single, np.asarray(backend.here(sums), dtype=float))

    @property
    def rounding(self) -> float:
        """Relative error to be expected of one solve: condition number x unit roundoff."""
        if not np.isfinite(self.inverse_sums).all():
            return np.inf
        unit = np.finfo(np.float32 if self.single else np.float64).eps
        return float(2.0 * np.abs(self.inverse_sums).max(initial=1.0) * unit)

    def solve(self, B: Any, *, transposed: bool) -> Any:
        """Solve ``M X = B`` for columns, or ``Q M = B`` for rows, in the factors' precision."""
        dtype = np.float32 if self.single else np.float64
        columns = B.T if transposed else B
        right = self.backend.xp.array(columns, dtype=dtype, order="F")
        found = self.backend.linalg.lu_solve(
            self.lu, right, trans=0 if transposed else 1, overwrite_b=True, check_finite=False
        )
        return found.T if transposed else found


def refined(
    factors: Approximate, Z: Array, per_output: Array, B: Array, *, transposed: bool
) -> Array | None:
    """Solution in double precision, or None if the steps do not converge.

    The size of a correction, relative to the solution, is the error before it; the error after it
    is about its square, because both come from the same factors.

    Args:
        factors: what gives an approximate solution with ``I - Z per_output``.
        Z: (N, N) flows, or its copy on the device.
        per_output: (N,) 1 / x.
        B: (N, n) columns, or (n, N) rows if ``transposed``.
    """
    xp = factors.backend.xp
    right = factors.backend.there(B, dtype=np.float64)
    X = factors.solve(right, transposed=transposed).astype(np.float64)
    last = np.inf
    for _ in range(MOST_STEPS):
        rest = residual(Z, per_output, right, X, factors.backend, transposed=transposed)
        step = factors.solve(rest, transposed=transposed)
        X += step
        size = _relative(step, X, axis=1 if transposed else 0, xp=xp)
        contraction = max(size / last, factors.rounding * 1e-2) if np.isfinite(last) else size
        if size * contraction <= ACCURATE:
            return np.asarray(factors.backend.here(X))
        if not size < last / 2:
            return None
        last = size
    return None


def _relative(step: Any, X: Any, axis: int, xp: Any) -> float:
    """Largest size of a correction relative to its own row or column of the solution."""
    if not X.size:
        return 0.0
    scale = xp.abs(X).max(axis=axis)
    return float((xp.abs(step).max(axis=axis) / xp.where(scale > 0, scale, 1.0)).max())


def residual(
    Z: Array, per_output: Array, B: Any, X: Any, backend: Backend, *, transposed: bool
) -> Any:
    """``B - (I - A) X`` for columns, ``B - X (I - A)`` for rows; A is never formed."""
    rest = B - X
    if transposed:
        for part in _parts(Z):
            rest[:, part] += (X @ _double(Z[:, part], backend)) * backend.there(per_output[part])
        return rest
    output = X * backend.there(per_output)[:, None]
    for part in _parts(Z):
        rest[part] += _double(Z[part], backend) @ output
    return rest


def scaled(Z: Array, scale: Array, dtype: Any, backend: Backend) -> Any:
    """``Z scale``, column by column, on the device, block of rows by block of rows."""
    N = len(scale)
    M = backend.xp.empty((N, N), dtype=dtype)
    factor = backend.there(scale, dtype=dtype)
    for part in _parts(Z, whole=False):
        M[part] = backend.there(Z[part], dtype=dtype)
        M[part] *= factor
    return M


def _parts(Z: Array, *, whole: bool = True) -> list[slice]:
    """Slices of a size that fits beside the table; one if nothing has to be converted."""
    N = len(Z)
    if whole and Z.dtype == np.float64 and not isinstance(Z, np.memmap):
        return [slice(0, N)]
    rows = max(1, BLOCK_BYTES // max(8 * N, 1))
    return [slice(start, min(start + rows, N)) for start in range(0, N, rows)]


def _double(part: Any, backend: Backend) -> Any:
    return backend.there(part, dtype=np.float64)
