"""Evaluation: one protocol for every detector, every data set and every published figure."""
