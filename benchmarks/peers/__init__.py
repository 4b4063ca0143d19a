"""MaskWatch beside the open detectors before it: accuracy on the same images, time on the same frame."""
