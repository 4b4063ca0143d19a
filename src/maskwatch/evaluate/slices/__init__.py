"""Figures for parts of the images: sizes, crowds, colours, camera faults, occluders."""
