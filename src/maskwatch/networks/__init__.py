"""The single-shot network: as it is trained, and as it is exported."""
