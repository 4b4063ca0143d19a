"""Figures for parts of the pictures: sizes, crowds, colours, camera faults, occluders."""
