"""Network cameras and streams: addresses, connections, and a source for them."""
