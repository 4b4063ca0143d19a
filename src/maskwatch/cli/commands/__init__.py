"""The commands: one thin file a verb, without logic; `maskwatch.cli.output` shows their results."""
