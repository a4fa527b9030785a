"""Projects, taxonomies and the gap of climate finance."""
