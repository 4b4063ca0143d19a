"""Pages that a watch serves: live preview and zone drawing."""
