"""Evaluation of detectors and classifiers, by one protocol for all published results."""
