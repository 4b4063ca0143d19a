"""Rules: who breaks one, where, when and for how long."""
