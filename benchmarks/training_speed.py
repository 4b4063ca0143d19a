"""Training speed against a plain Keras script: ``python -m benchmarks.training_speed FACES --weights NPZ``.

The plain script works like the well-known examples: ``ImageDataGenerator`` with their settings, default ``compile`` and
``fit``, and a frozen MobileNetV2 base while the head is trained. Some examples read all images into memory, others
decode them again in each epoch (``flow_from_directory``); the small networks are compared with both. Ours is what
``maskwatch train classifier`` runs. Seconds are wall time; CPU seconds exclude other programs. The first epoch, which
builds the graph, is left out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from benchmarks.report import arguments, show

from maskwatch.data.collection import read_collection
from maskwatch.data.face_arrays import FaceArrays, read_faces
from maskwatch.evaluate.classification.classifiers import TWO_STATES
from maskwatch.train.classifier.applications import base_of
from maskwatch.train.classifier.loader import FaceLoader
from maskwatch.train.classifier.networks import build_classifier, default_size
from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.phases import face_features, fit_head
from maskwatch.train.classifier.schedule import build_optimizer, compile_classifier
from maskwatch.train.classifier.weights import load_weights

Clock = tuple[float, float]
HEAD_EPOCHS = 20


class Epochs(keras.callbacks.Callback):
    """Wall and CPU seconds of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[Clock] = []

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002, D102
        self._began = time.perf_counter(), time.process_time()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002, D102
        wall, cpu = self._began
        self.taken.append((time.perf_counter() - wall, time.process_time() - cpu))

    def later(self) -> Clock:
        """Median of all but the first."""
        wall, cpu = np.median(np.array(self.taken[1:]), axis=0)
        return float(wall), float(cpu)


def augmentation() -> Any:
    """The settings of the well-known examples."""
    return tf.keras.preprocessing.image.ImageDataGenerator(
        rotation_range=20,
        zoom_range=0.15,
        width_shift_range=0.2,
        height_shift_range=0.2,
        shear_range=0.15,
        horizontal_flip=True,
        fill_mode="nearest",
    )


def plain(network: keras.Model, faces: FaceArrays, epochs: int, batch: int, folder: Path | None = None) -> Clock:
    """Seconds per epoch of the plain script, from memory or from class folders."""
    labels = keras.utils.to_categorical(faces.labels, 2)
    network.compile(keras.optimizers.Adam(1e-4), "categorical_crossentropy", metrics=["accuracy"])
    clock = Epochs()
    if folder is None:
        flow = augmentation().flow(faces.images.astype("float32"), labels, batch_size=batch)
    else:
        flow = augmentation().flow_from_directory(folder, target_size=faces.images.shape[1:3], batch_size=batch)
    network.fit(flow, epochs=epochs, callbacks=[clock], verbose=0)
    wall, cpu = clock.later()
    return wall * len(faces) / flow.n, cpu * len(faces) / flow.n


def our_epoch(network: keras.Model, loader: keras.utils.PyDataset, options: ClassifierOptions, epochs: int) -> Clock:
    """Seconds per epoch of our training."""
    compile_classifier(network, build_optimizer(options, 1e-3))
    clock = Epochs()
    network.fit(loader, epochs=epochs, callbacks=[clock], shuffle=False, verbose=0)
    return clock.later()


class Ready(keras.utils.PyDataset):
    """The batches of a loader, prepared in advance."""

    def __init__(self, loader: FaceLoader) -> None:
        super().__init__()
        self._batches = [loader[i] for i in range(len(loader))]

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> Any:
        return self._batches[index]


def timed(act: Callable[[], Any]) -> Clock:
    began = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began[0], time.process_time() - began[1]


def row(what: str, network: str, theirs: Clock, ours: Clock) -> dict[str, str]:
    return {
        "measured": what,
        "network": network,
        "plain s": f"{theirs[0]:.2f}",
        "ours s": f"{ours[0]:.2f}",
        "ratio": f"{ours[0] / theirs[0]:.2f}",
        "plain CPU s": f"{theirs[1]:.2f}",
        "ours CPU s": f"{ours[1]:.2f}",
        "CPU ratio": f"{ours[1] / theirs[1]:.2f}",
    }


def epoch_rows(arch: str, faces: FaceArrays, epochs: int, folder: Path) -> list[dict[str, str]]:
    """Training of all layers, against both ways of reading images."""
    options = ClassifierOptions(("",), arch=arch)
    size = faces.images.shape[1]
    epoch = our_epoch(build_classifier(arch, size, 2), FaceLoader(faces, options, 2), options, epochs)
    ways = (("epoch, plain decodes", folder), ("epoch, plain in memory", None))
    return [
        row(
            what,
            f"{arch} {size} px",
            plain(build_classifier(arch, size, 2), faces, epochs, options.batch, way),
            epoch,
        )
        for what, way in ways
    ]


def head_row(faces: FaceArrays, weights: str) -> dict[str, str]:
    """The head phase of MobileNetV2; for the plain script, one epoch is timed and multiplied by `HEAD_EPOCHS`."""
    options = ClassifierOptions(
        ("",), arch="mobilenet_v2", weights=weights, head_epochs=HEAD_EPOCHS, patience=HEAD_EPOCHS
    )
    size = faces.images.shape[1]

    def network() -> keras.Model:
        built = build_classifier("mobilenet_v2", size, 2, pretrained=True)
        load_weights(built, "mobilenet_v2", weights)
        base_of(built).trainable = False
        return built

    wall, cpu = plain(network(), faces, 2, options.batch)

    def phase() -> None:
        built = network()
        examples = face_features(built, faces.images), faces.labels
        fit_head(built, examples, (examples[0][:32], examples[1][:32]), options, [])

    return row(
        f"head, {HEAD_EPOCHS} epochs", f"mobilenet_v2 {size} px", (wall * HEAD_EPOCHS, cpu * HEAD_EPOCHS), timed(phase)
    )


def waiting_row(arch: str, faces: FaceArrays, epochs: int) -> dict[str, str]:
    """An epoch with prepared batches ("plain") against one that prepares them ("ours")."""
    options = ClassifierOptions(("",), arch=arch)
    loader = FaceLoader(faces, options, 2)
    network = build_classifier(arch, faces.images.shape[1], 2)
    ready, made = (our_epoch(network, data, options, epochs) for data in (Ready(loader), loader))
    found = row("waiting for data", f"{arch} {faces.images.shape[1]} px", ready, made)
    return {**found, "ratio": f"{100 * max(0.0, 1 - ready[0] / made[0]):.0f} % of the time"}


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("faces", type=Path, help="class folders")
    parser.add_argument("--weights", required=True, help="MobileNetV2: the .npz of ImageNet weights, or imagenet")
    parser.add_argument("--images", type=int, default=960, help="number of images for each network")
    parser.add_argument("--epochs", type=int, default=4)
    args = parser.parse_args()
    listed = list(read_collection([args.faces]).data)
    chosen = np.random.default_rng(0).permutation(len(listed))[: args.images]

    def faces(size: int, count: int) -> FaceArrays:
        return read_faces([listed[i] for i in chosen[:count]], TWO_STATES, size, [])

    rows = []
    for arch in ("cnn20", "cnn"):
        rows += epoch_rows(arch, faces(default_size(arch), args.images), args.epochs, args.faces)
    rows.append(head_row(faces(128, args.images // 4), args.weights))
    waiting = (("small", args.images), ("face", args.images), ("mobilenet_v2", args.images // 8))
    rows += [waiting_row(arch, faces(default_size(arch), count), args.epochs) for arch, count in waiting]
    show("training_speed", rows, save=args.save)


if __name__ == "__main__":
    main()
