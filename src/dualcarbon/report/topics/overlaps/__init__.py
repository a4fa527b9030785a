"""What is claimed, regulated or paid for twice."""
