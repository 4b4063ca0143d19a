"""``python -m benchmarks.peers DATA --models FOLDER``: accuracy and CPU time of MaskWatch and its peers."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import cv2
from benchmarks.peers.aizoo import Aizoo360
from benchmarks.peers.contract import Peer
from benchmarks.peers.machine import describe
from benchmarks.peers.ours import Ours
from benchmarks.peers.res10 import Res10
from benchmarks.peers.results import Row, print_table, write_csv
from benchmarks.peers.timing import FRAME, frame_of, measure
from benchmarks.peers.ultraface import UltraFace320, UltraFace640
from benchmarks.peers.yunet import YuNetN, YuNetS

from maskwatch.data import Dataset, read_dataset
from maskwatch.data.label_corrections import correct_labels
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection, run_detector

PEERS = (Aizoo360, UltraFace320, UltraFace640, YuNetN, YuNetS, Res10)
RESULTS = Path(__file__).parents[1] / "results"


def main() -> None:
    arguments = _arguments()
    cv2.setNumThreads(1)
    dataset = correct_labels(read_dataset(arguments.data), arguments.labels).split(arguments.split)
    peers: list[Peer] = [Ours(model, arguments.imgsz) for model in arguments.ours]
    peers += [peer(arguments.models) for peer in PEERS] if arguments.models else []
    frame = frame_of(dataset)
    times = measure(peers, frame, arguments.rounds, runs=5) if arguments.rounds else [None] * len(peers)
    rows = [
        Row(peer, evaluate_detection(dataset, run_detector(peer, dataset), _options(peer)), taken, _seen(peer, dataset))
        for peer, taken in zip(peers, times, strict=True)
    ]
    faces = sum(dataset.counts().values())
    machine = describe()
    print_table(
        rows,
        f"{arguments.split}: {len(dataset)} images, {faces} faces, AP50 in percent; "
        f"median CPU ms of one thread for a {FRAME[0]}x{FRAME[1]} frame\n"
        f"{machine['cpu']}, {machine['cores']} cores, load {machine['load']}; {machine['versions']}",
    )
    context = {"date": datetime.now(UTC).date().isoformat(), "split": arguments.split, "images": str(len(dataset))}
    path = arguments.out / f"peers_{arguments.split}{'_corrected_labels' if arguments.labels else ''}.csv"
    write_csv(rows, context, machine, path)
    print(f"written to {path}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument(
        "data", type=Path, help="labelled images: COCO file, or folder in COCO, Pascal VOC or YOLO format"
    )
    parser.add_argument("--models", type=Path, help="folder of the peers' model files; without it, only MaskWatch runs")
    parser.add_argument("--split", default="val")
    parser.add_argument(
        "--labels", type=Path, help="CSV file of corrections to the labels, such as recipes/labels/*.csv"
    )
    parser.add_argument("--ours", action="append", default=[], help="MaskWatch model, by name or path; repeatable")
    parser.add_argument("--imgsz", type=int, help="input size of MaskWatch; default: the size on the model card")
    parser.add_argument(
        "--rounds", type=int, default=10, help="rounds of 5 timed runs per detector; 0 measures no times"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the CSV")
    arguments = parser.parse_args()
    if not arguments.models and not arguments.ours:
        parser.error("nothing to compare: give --models, --ours, or both")
    return arguments


def _options(peer: Peer) -> DetectionOptions:
    return DetectionOptions(at_confidence=peer.published_threshold, ap50_95=False)


def _seen(peer: Peer, dataset: Dataset) -> bool:
    return any(image.source in peer.trained_on for image in dataset)


if __name__ == "__main__":
    main()
