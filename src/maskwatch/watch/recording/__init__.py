"""Images and clips of incidents."""
