"""Health of a watch: statistics, metrics for Prometheus, the watchdog and systemd."""
