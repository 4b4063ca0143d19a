"""What is on the screen; nothing is computed here."""
