"""Watching live cameras: one verdict per person, rules, events."""
