"""Training: networks, what they learn from, how they are punished, and the run that brings it together."""
