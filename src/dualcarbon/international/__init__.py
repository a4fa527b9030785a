"""Coordination across borders: CBAM, carbon prices, linked markets, clubs, climate finance."""
