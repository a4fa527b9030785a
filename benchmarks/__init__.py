"""Measurements of speed and size, runnable, never part of the tests."""
