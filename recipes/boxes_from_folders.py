"""Turn class folders of portraits into training data: the folder gives the state, a detector the box.

python recipes/boxes_from_folders.py FACES annotations.json    (FACES/with_mask/*.jpg, FACES/without_mask/*.jpg)
"""

import json
import sys
from pathlib import Path

from maskwatch import MaskState, load_detector, open_source

faces, target = Path(sys.argv[1]), Path(sys.argv[2])
detector, images, annotations = load_detector(conf=0.2, imgsz=256), [], []  # one large face in each image
for state in (s for s in MaskState if (faces / s.name).is_dir()):
    for frame, detections in detector.stream(open_source(faces / state.name)):
        if len(detections) == 1 and detections.confidence[0] >= 0.4:
            name = str(Path(frame.source).absolute())
            images.append(
                {
                    "id": len(images),
                    "file_name": name,
                    "width": frame.width,
                    "height": frame.height,
                    "upright": True,
                    "boxes": "detector",
                }
            )
            (x1, y1, x2, y2), n = detections.xyxy[0].tolist(), len(annotations)
            annotations.append({"id": n, "image_id": n, "category_id": int(state), "bbox": [x1, y1, x2 - x1, y2 - y1]})
categories = [{"id": int(s), "name": s.name} for s in MaskState]
target.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))
print(f"{len(images)} images with one clear face in {target}")
