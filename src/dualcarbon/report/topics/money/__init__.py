"""Who pays whom, and what projects return."""
