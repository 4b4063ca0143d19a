"""Average the networks of several runs, calibrate the mean, and replace the shipped classifier with it.

Networks fine-tuned from the same initial weights can be averaged; the mean is better than each of them (Wortsman et
al., Model soups, ICML 2022).

python recipes/classifier/ship.py VAL_FACES WEIGHTS RUN...
"""

import json
import sys
from pathlib import Path

import keras
import numpy as np

from maskwatch import __version__
from maskwatch.data.face_arrays import read_faces
from maskwatch.data.formats.folders import read_folders
from maskwatch.detect.card import ModelCard
from maskwatch.detections import MaskState
from maskwatch.evaluate.calibration import fit_temperature
from maskwatch.evaluate.classification.classifiers import KerasClassifier, run_classifier
from maskwatch.train.classifier.export import export_classifier

faces, weights, runs = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
networks = [keras.saving.load_model(Path(run) / "model.keras", compile=False) for run in runs]
network = networks[0]
network.set_weights([np.mean(same, axis=0) for same in zip(*(n.get_weights() for n in networks), strict=True)])

classifier = KerasClassifier(network, "classifier")
val = read_faces(read_folders(faces).split("val"), tuple(MaskState), classifier.size, [])
scores = run_classifier(classifier, val.images)
hits = int((scores.argmax(axis=1) == val.labels).sum())
card = ModelCard(
    name="classifier",
    version=__version__,
    task="classifier",
    imgsz=classifier.size,
    multiple=classifier.size,
    temperature=fit_temperature(scores, val.labels).temperature,
    parameters=classifier.parameters,
    metrics={"accuracy on the val faces": {"hits": hits, "of": len(val)}},
    **json.loads(Path(__file__).with_name("card.json").read_text(encoding="utf-8")),
)
network.save(weights / "classifier.keras")
export_classifier(network, weights / "classifier.onnx", card)
print(f"{hits} of {len(val)} val faces correct, temperature {card.temperature:g}; saved in {weights}")
