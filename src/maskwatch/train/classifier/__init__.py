"""Training of mask classifiers on face crops."""

from __future__ import annotations

from maskwatch.train.classifier.fit import ClassifierResult, train_classifier
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.run_folder import RunFolder

__all__ = ["ClassifierOptions", "ClassifierResult", "RunFolder", "train_classifier"]
