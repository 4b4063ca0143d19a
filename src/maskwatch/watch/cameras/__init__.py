"""Cameras: connecting, reading and reconnecting, and taking turns at the detector."""
