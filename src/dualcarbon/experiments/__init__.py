"""The papers' experiments, re-run: several equilibria compared, a verdict where one was tested."""
