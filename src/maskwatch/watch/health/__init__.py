"""Whether the watch itself is well: watchdog, systemd, statistics, metrics."""
