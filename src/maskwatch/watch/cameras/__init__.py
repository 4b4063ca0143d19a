"""Cameras that are read in the background and come back by themselves."""
