"""One run: asked, solved, saved as a folder that is whole or absent, opened again."""
