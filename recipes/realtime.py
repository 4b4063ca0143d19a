"""The webcam, mirrored: green boxes around masks, red ones around unmasked faces: python recipes/realtime.py [haar]."""

import sys

from maskwatch import load_detector, load_two_stage, open_source
from maskwatch.sinks import WindowSink

detector = load_two_stage("haar") if "haar" in sys.argv else load_detector()
with open_source(0) as camera, WindowSink(mirror=True) as window:
    print("press q to end, in the window" if window.address is None else f"at {window.address}")
    for frame in camera:
        window.write(frame, detector(frame.image))
        if window.stop_requested:
            break
