"""Project finance: what a given wind or solar plant earns and what its capital costs."""
