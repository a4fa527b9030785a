"""Leontief systems: demand and supply inverses, factorised, split or iterated."""
