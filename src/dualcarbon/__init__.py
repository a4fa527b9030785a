"""Policy laboratory for the coupled electricity, carbon and green-certificate markets of China."""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = ["__version__"]
