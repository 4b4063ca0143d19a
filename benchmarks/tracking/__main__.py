"""Tracking on composed clips: ``python -m benchmarks.tracking [DATA]``.

Faces cut out of labelled images (or of the demonstration images) move over blurred backgrounds, cross, hide, and
put masks on and off. Boxes and states are what the detector says of the pixels.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from benchmarks.tracking.compose import compose
from benchmarks.tracking.cutouts import Material, material
from benchmarks.tracking.iou_tracker import IouTracker
from benchmarks.tracking.judge import Verdicts, labels_of_actors
from benchmarks.tracking.scenes import Scene, scenes

from maskwatch import load_detector
from maskwatch.detections import Detections
from maskwatch.evaluate.identity import idf1
from maskwatch.pipeline import DetectorLike
from maskwatch.track import Tracker, TrackOptions, follow


@dataclass
class Clip:
    """What the detector saw in one clip, and what was there.

    Attributes:
        scene: that was played.
        times: of all frames, seconds.
        seen: the faces found in each; None where the detector did not look.
        truth: the faces that were there in each.
    """

    scene: Scene
    times: list[float] = field(default_factory=list)
    seen: list[Detections | None] = field(default_factory=list)
    truth: list[Detections] = field(default_factory=list)


@dataclass
class Result:
    """One scenario over all its clips.

    Attributes:
        idf1: of our tracker, of plain IoU, and of IoU that waits, for each clip.
        verdicts: flips and delays.
    """

    idf1: list[tuple[float, float, float]] = field(default_factory=list)
    verdicts: Verdicts = field(default_factory=Verdicts)


def film(scene: Scene, faces: Material, detector: DetectorLike, seed: int) -> Clip:
    """Compose a clip and run the detector on its pixels."""
    clip = Clip(scene)
    for frame in compose(scene, faces, seed):
        clip.times.append(frame.time_s)
        clip.seen.append(detector(frame.image) if frame.looked_at else None)
        clip.truth.append(frame.truth)
    return clip


def judge(clip: Clip, options: TrackOptions, result: Result) -> None:
    """Track a clip and add what came out; frames at which the detector did not look are not judged."""
    tracker, plain, waiting = (
        Tracker(options),
        IouTracker(conf=options.conf),
        IouTracker(options.lost_s, conf=options.conf),
    )
    ours, theirs, waited, sure, truth, times = [], [], [], [], [], []
    for time, faces, true in zip(clip.times, clip.seen, clip.truth, strict=True):
        people = tracker(time, faces)
        if faces is None:
            continue
        ours.append(people)
        theirs.append(plain(time, faces))
        waited.append(waiting(time, faces))
        sure.append(faces[faces.confidence >= options.conf])
        truth.append(true)
        times.append(time)
    result.idf1.append((idf1(truth, ours), idf1(truth, theirs), idf1(truth, waited)))
    result.verdicts.add(clip.scene, labels_of_actors(truth, sure, times), labels_of_actors(truth, ours, times))


def main() -> None:
    arguments = _arguments()
    detector = load_detector(arguments.model, imgsz=arguments.imgsz, threads=arguments.threads)
    options = follow(detector).options
    faces = material(arguments.data, arguments.split)
    results: dict[str, Result] = defaultdict(Result)
    for seed in range(arguments.clips):
        for number, scene in enumerate(scenes(seed)):
            if not arguments.only or scene.name in arguments.only:
                judge(film(scene, faces, detector, 100 * seed + number), options, results[scene.name])
    report(results, arguments.clips)


def report(results: dict[str, Result], clips: int) -> None:
    print(f"{clips} clips of each scenario; mean IDF1 in percent, flips of the label that no change explains")
    print(f"{'scenario':14s} {'IDF1':>6s} {'plain IoU':>10s} {'IoU, waits':>11s} {'flips/frame':>12s} {'verdict':>8s}")
    for name, result in results.items():
        ours, plain, waiting = 100 * np.mean(result.idf1, axis=0)
        seen = result.verdicts
        print(f"{name:14s} {ours:6.1f} {plain:10.1f} {waiting:11.1f} {seen.raw_flips:12d} {seen.flips:8d}")
    total = Verdicts()
    for result in results.values():
        total.merge(result.verdicts)
    print(f"flips: {total.raw_flips} of the label by frame, {total.flips} of the verdict")
    print(
        f"right: {total.raw_right / max(1, total.faces):.1%} of labels by frame, "
        f"{total.right / max(1, total.faces_voted):.1%} of verdicts"
    )
    middle, high = np.percentile(total.delays_s, (50, 95)) if total.delays_s else (np.nan, np.nan)
    print(
        f"{total.changes} changes of state: the detector missed {total.unseen}, the verdict alone {total.late}; "
        f"delay of the verdict p50 {middle:.2f} s, p95 {high:.2f} s, most {max(total.delays_s, default=np.nan):.2f} s"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracking", description=__doc__)
    parser.add_argument("data", type=Path, nargs="?", help="labelled images; without them, the demonstration images")
    parser.add_argument("--split", default="val")
    parser.add_argument("--model", default="small")
    parser.add_argument("--imgsz", type=int, default=384)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--clips", type=int, default=2, help="of each scenario")
    parser.add_argument("--only", nargs="*", help="names of scenarios; all without it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
