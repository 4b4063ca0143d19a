"""Our small network against MobileNetV2 on the same splits: ``python -m benchmarks.classifiers FACES --weights NPZ``.

The class folders are split several times by group of duplicates (or naively). MobileNetV2 keeps its ImageNet weights,
and a new head is trained on precomputed features; ``--fine-tune N`` then trains all layers for N epochs. Ours starts
from an Ultra-Light face detector (``--start``), not from the shipped detector, which was trained on some of these
images. The difference is measured on the same test images, with a bootstrap interval over groups of duplicates.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
from benchmarks.report import arguments, show
from numpy.typing import NDArray

from maskwatch.data.audit.report import find_copies
from maskwatch.data.collection import Collection, read_collection
from maskwatch.data.face_arrays import FaceArrays, read_faces
from maskwatch.data.formats.folders import FaceDataset
from maskwatch.data.split import SplitOptions, assign_splits
from maskwatch.detect.card import TWO_STATE_NAMES, ModelCard
from maskwatch.evaluate.classification.classifiers import TWO_STATES, KerasClassifier, run_classifier
from maskwatch.train.classifier.applications import base_of, unfreeze
from maskwatch.train.classifier.cost import measure_cost
from maskwatch.train.classifier.export import export_classifier
from maskwatch.train.classifier.networks import build_classifier
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.phases import ClassifierRun, face_features, fit_head, fit_phases
from maskwatch.train.classifier.weights import load_weights
from maskwatch.train.run_folder import RunFolder

RESAMPLES = 5000


@dataclass(frozen=True)
class Split:
    """One split: indices of the images of each part."""

    train: NDArray[np.int64]
    val: NDArray[np.int64]
    test: NDArray[np.int64]


def part(faces: FaceArrays, index: NDArray[np.int64]) -> FaceArrays:
    return FaceArrays(faces.images[index], faces.labels[index], [faces.paths[i] for i in index])


def divide(collection: Collection, seeds: int, naive: bool) -> tuple[list[Split], NDArray[np.int64]]:
    """The splits, and the group of each image."""
    prints, duplicates = find_copies(collection)
    if prints.unreadable:
        raise SystemExit("\n".join(prints.unreadable))
    splits = []
    for seed in range(seeds):
        names, groups = assign_splits(collection, prints.index, duplicates, SplitOptions(seed=seed, naive=naive))
        splits.append(Split(*(np.flatnonzero(np.array(names) == name) for name in ("train", "val", "test"))))
    return splits, groups


class Pretrained:
    """MobileNetV2: features computed once, a new head for each split, then optionally all layers."""

    def __init__(self, faces: FaceArrays, weights: str, fine_tune: int) -> None:
        self.faces = faces
        self.options = ClassifierOptions(("",), arch="mobilenet_v2", weights=weights, epochs=max(fine_tune, 1))
        self.fine_tune = fine_tune
        self.features = face_features(self.network(0), faces.images)

    def network(self, seed: int) -> keras.Model:
        """MobileNetV2 with ImageNet weights and a random head."""
        keras.utils.set_random_seed(seed)
        network = build_classifier("mobilenet_v2", self.faces.images.shape[1], 2, pretrained=True)
        load_weights(network, "mobilenet_v2", self.options.weights)
        base_of(network).trainable = False
        return network

    def __call__(self, seed: int, split: Split, folder: Path) -> tuple[NDArray[np.float32], keras.Model]:
        """Probabilities of the test images, and the network."""
        network = self.network(seed)
        train, val = ((self.features[p], self.faces.labels[p]) for p in (split.train, split.val))
        head = fit_head(network, train, val, self.options, [])
        if not self.fine_tune:
            return np.asarray(head.predict(self.features[split.test], verbose=0)), network
        unfreeze(network)
        path = folder / "head.keras"
        network.save(path)
        run = ClassifierRun(
            replace(self.options, seed=seed), RunFolder.create(folder, "mobilenet", str(seed)), str(path)
        )
        fit_phases(network, part(self.faces, split.train), part(self.faces, split.val), run)
        return best_scores(run.folder, part(self.faces, split.test)), network


class Small:
    """Ours: all layers from the start, with augmentation."""

    def __init__(self, faces: FaceArrays, arch: str, start: str, epochs: int) -> None:
        self.faces = faces
        self.start = start
        settings: dict[str, Any] = {"schedule": "cosine", "optimizer": "adamw", "batch": 64}
        self.options = ClassifierOptions(("",), arch=arch, epochs=epochs, **settings)

    def __call__(self, seed: int, split: Split, folder: Path) -> tuple[NDArray[np.float32], keras.Model]:
        """Probabilities of the test images, and the network."""
        keras.utils.set_random_seed(seed)
        network = build_classifier(self.options.arch, self.faces.images.shape[1], 2)
        run = ClassifierRun(replace(self.options, seed=seed), RunFolder.create(folder, "small", str(seed)), self.start)
        fit_phases(network, part(self.faces, split.train), part(self.faces, split.val), run)
        return best_scores(run.folder, part(self.faces, split.test)), network


def best_scores(folder: RunFolder, test: FaceArrays) -> NDArray[np.float32]:
    """Probabilities of the test images in the best epoch."""
    best = keras.saving.load_model(folder.best, compile=False)
    return run_classifier(KerasClassifier(best, "best"), test.images)


def cpu_ms(network: keras.Model, face: NDArray[np.uint8], folder: Path) -> float:
    """CPU milliseconds of the exported file for one face on one thread."""
    card = ModelCard("benchmark", "0", "classifier", TWO_STATE_NAMES, imgsz=face.shape[0], multiple=face.shape[0])
    network(face[None].astype(np.float32))  # Keras exports only models that have been called
    network.save(folder / "m.keras")
    export_classifier(network, folder / "m.onnx", card)
    return measure_cost(folder / "m.keras", folder / "m.onnx", face, (0.0, 0.0)).cpu_ms


def difference(right: NDArray[np.float64], groups: NDArray[np.int64]) -> tuple[float, float, float]:
    """Mean and 95 % interval of ours - theirs in points; ``right`` is (2, seeds, N), NaN for untested images."""
    gap = right[1] - right[0]
    _, unit = np.unique(groups, return_inverse=True)
    total = np.bincount(unit, weights=np.nansum(gap, axis=0))
    count = np.bincount(unit, weights=(~np.isnan(gap)).sum(axis=0))
    drawn = np.random.default_rng(0).integers(0, len(total), (RESAMPLES, len(total)))
    means = 100 * total[drawn].sum(axis=1) / count[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return 100 * float(total.sum() / count.sum()), float(low), float(high)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("faces", type=Path, help="class folders without splits")
    parser.add_argument("--weights", required=True, help="MobileNetV2: the .npz of ImageNet weights, or imagenet")
    parser.add_argument("--start", default="none", help="ours: an Ultra-Light .onnx, or none")
    parser.add_argument("--arch", default="face", help="ours")
    parser.add_argument("--size", type=int, default=96, help="ours: side of the input in pixels")
    parser.add_argument("--epochs", type=int, default=10, help="ours")
    parser.add_argument("--fine-tune", type=int, default=0, help="epochs for all layers of MobileNetV2 after its head")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--naive", action="store_true", help="ignore duplicates")
    args = parser.parse_args()
    collection = read_collection([args.faces])
    if not isinstance(collection.data, FaceDataset):
        raise SystemExit(f"{args.faces}: give class folders")
    splits, groups = divide(collection, args.seeds, args.naive)
    large, small = (read_faces(collection.data, TWO_STATES, size, []) for size in (128, args.size))
    candidates = {
        f"mobilenet_v2 128 px, {'head' if not args.fine_tune else 'all'}": Pretrained(
            large, args.weights, args.fine_tune
        ),
        f"{args.arch} {args.size} px": Small(small, args.arch, args.start, args.epochs),
    }
    rows = measure(candidates, splits, groups)
    for row in rows:
        row["data"] = f"{args.faces.name}, {'naive' if args.naive else 'by group'}"
    show(f"classifiers_{args.faces.name}{'_naive' if args.naive else ''}", rows, save=args.save)


def measure(candidates: dict[str, Any], splits: list[Split], groups: NDArray[np.int64]) -> list[dict[str, str]]:
    """A row for each network, and one for their difference."""
    right = np.full((len(candidates), len(splits), len(groups)), np.nan)
    rows = []
    for number, (name, train) in enumerate(candidates.items()):
        began = time.process_time()
        for seed, split in enumerate(splits):
            with tempfile.TemporaryDirectory() as folder:
                scores, network = train(seed, split, Path(folder))
                labels = train.faces.labels[split.test]
                right[number, seed, split.test] = scores.argmax(axis=1) == labels
                print(f"{name} seed {seed}: {100 * np.nanmean(right[number, seed]):.2f} %", flush=True)
        seconds = (time.process_time() - began) / len(splits)
        with tempfile.TemporaryDirectory() as folder:
            cost = cpu_ms(network, train.faces.images[0], Path(folder))
        each = 100 * np.nanmean(right[number], axis=1)
        rows.append(
            {
                "network": name,
                "mean accuracy %": f"{each.mean():.2f}",
                "by seed": " ".join(f"{value:.1f}" for value in each),
                "wrong": f"{int(np.nansum(1 - right[number]))} of {int((~np.isnan(right[number])).sum())}",
                "CPU ms a face": f"{cost:.2f}",
                "training CPU s": f"{seconds:.0f}",
            }
        )
    mean, low, high = difference(right, groups)
    ratio = float(rows[1]["CPU ms a face"]) / float(rows[0]["CPU ms a face"])
    blank = dict.fromkeys(rows[0], "")
    gap = {"network": "difference, second - first", "mean accuracy %": f"{mean:+.2f} ({low:+.2f} to {high:+.2f})"}
    return [*rows, {**blank, **gap, "CPU ms a face": f"x {ratio:.3f}"}]


if __name__ == "__main__":
    main()
