"""Find the faces in images, say how their masks are worn, and save annotated copies in the folder "annotated".

python recipes/image.py PICTURE_OR_FOLDER ...
"""

import sys

from maskwatch import load_detector
from maskwatch.sinks import SaveSink

with SaveSink("annotated") as annotated:
    for frame, faces in load_detector().stream(sys.argv[1:]):
        print(frame.source, *[f"{face.states[0].name} {face.confidence[0]:.0%}" for face in faces], sep="  ")
        annotated.write(frame, faces)
