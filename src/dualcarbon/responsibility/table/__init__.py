"""The input-output table: its parts, checks, labels and units, and where tables are kept."""
