"""MaskWatch beside the open detectors before it: accuracy on the same pictures, time on the same frame."""
