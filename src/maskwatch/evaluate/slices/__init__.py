"""Metrics by slice: crowds, corruptions, colours and occluders."""
