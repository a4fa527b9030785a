"""Whose carbon, and what is left to emit."""
