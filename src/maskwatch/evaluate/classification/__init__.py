"""Evaluation and comparison of classifiers of face crops."""
