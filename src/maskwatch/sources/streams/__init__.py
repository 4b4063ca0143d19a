"""Network cameras and streams: addresses, connections, and a source that reads them."""
