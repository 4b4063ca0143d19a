"""What the commands print, one file a verb, named like the command."""
