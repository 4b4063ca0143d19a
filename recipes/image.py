"""Detect faces in images, print their mask states, and save annotated copies in the folder "annotated".

python recipes/image.py IMAGE_OR_FOLDER ...
"""

import sys

from maskwatch import load_detector
from maskwatch.sinks import SaveSink

with SaveSink("annotated") as annotated:
    for frame, faces in load_detector().stream(sys.argv[1:]):
        print(frame.source, *[f"{face.states[0].name} {face.state_confidence[0]:.0%}" for face in faces], sep="  ")
        annotated.write(frame, faces)
