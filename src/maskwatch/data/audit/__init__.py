"""Audit of a data set: counts, sizes, and duplicates within and across splits."""
