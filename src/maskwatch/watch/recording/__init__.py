"""Recording incidents: snapshots and clips in which only the people involved are recognisable."""
