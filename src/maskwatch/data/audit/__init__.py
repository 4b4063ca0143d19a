"""What is in a data set: counts, sizes, and copies within and across its splits."""
