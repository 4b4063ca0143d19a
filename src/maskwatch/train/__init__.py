"""Training: what networks learn from, how they are punished, and the run that brings it together."""
