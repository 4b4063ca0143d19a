"""Rules: from tracked people to incidents and counts."""
