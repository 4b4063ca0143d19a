"""Track people in a video, count their mask states, and save an annotated copy: python recipes/video.py VIDEO."""

import sys

from maskwatch import load_detector, open_source
from maskwatch.pipeline import run
from maskwatch.sinks import SaveSink
from maskwatch.track import follow

detector = load_detector()
tracker = follow(detector)
with open_source(sys.argv[1]) as video:
    run(detector, video, [SaveSink("annotated")], tracker=tracker)
print(tracker.people, *video.failures)
