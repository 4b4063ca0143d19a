"""Train a mask classifier on face crops in class folders, and print its metrics.

python recipes/train_mask_detector.py FACES    (FACES/with_mask/*.jpg, FACES/without_mask/*.jpg)
"""

import sys
from pathlib import Path

from maskwatch.train.classifier import ClassifierOptions, RunFolder, train_classifier

folder = RunFolder.create(Path("runs"), "classifier", "mask_detector")
result = train_classifier(ClassifierOptions((sys.argv[1],), arch="cnn", epochs=20), folder)
print((folder.path / "report.txt").read_text())
print(f"{result.evaluated_on} accuracy {result.report.accuracy.value:.1%}; model.keras and model.onnx in {folder.path}")
