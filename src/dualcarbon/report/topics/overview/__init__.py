"""A run in figures, its assumptions and checks, and how to obtain it again."""
