"""Climate clubs."""
