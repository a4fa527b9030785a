"""The version of the package; every other place takes it from here."""

__version__ = "0.2.0"
