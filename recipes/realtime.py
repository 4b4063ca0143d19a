"""Show the webcam, mirrored, with green boxes for masks and red ones for no mask: python recipes/realtime.py [haar]."""

import sys

from maskwatch import load_detector, load_two_stage, open_source
from maskwatch.sinks import WindowSink

detector = load_two_stage("haar") if "haar" in sys.argv else load_detector()
with open_source(0) as camera, WindowSink(mirror=True) as window:
    print("press q in the window to quit" if window.address is None else f"at {window.address}")
    for frame in camera:
        window.write(frame, detector(frame.image))
        if window.stop_requested:
            break
