"""Where the linear algebra runs: numpy on the processor, cupy on a graphics card."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from dualcarbon.errors import InputError, unknown_name

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
