"""PyPSA and linopy without their informational lines, and with one warning as an error."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_pypsa() -> Iterator[None]:
    """Silence PyPSA's and linopy's informational log lines and their own deprecations.

    One of linopy's warnings is an error here: labels in a different order, which it would
    match by position.
    """
    loggers = [logging.getLogger(name) for name in ("pypsa", "linopy")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.filterwarnings("error", message="Coordinate .*mismatch")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
