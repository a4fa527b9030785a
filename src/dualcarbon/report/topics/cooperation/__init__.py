"""Competition and cooperation between China, the United States and the EU."""
