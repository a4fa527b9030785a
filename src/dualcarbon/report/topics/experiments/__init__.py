"""The experiments beside what was published, and the model beside statistics."""
