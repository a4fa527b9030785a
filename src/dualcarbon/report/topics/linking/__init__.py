"""Linked carbon markets and the revenue from the border."""
