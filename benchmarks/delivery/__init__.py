"""Delivery of every event through outages of the target and kills of the watch."""
