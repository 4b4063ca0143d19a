"""Judging classifiers of cut-out faces, and comparing them."""
