"""Former name of :mod:`dualcarbon.loop`; kept for one release."""

from dualcarbon.loop import *  # noqa: F403
