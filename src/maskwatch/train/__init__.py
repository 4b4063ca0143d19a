"""Training: data loading and augmentation, losses, the training loop, and the export of the result."""
