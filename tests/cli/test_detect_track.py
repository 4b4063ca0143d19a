from __future__ import annotations

import csv
import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from clips import Clip, write_clip
from commands import Command, records
from maskwatch.detections import MaskState
from maskwatch.frames import Image as ImageArray

CHANGE = 20


@pytest.fixture
def walk(tmp_path: Path, portrait: ImageArray) -> Path:
    """A person without a mask moves to the right, then continues with one; three seconds at 10 fps."""
    from maskwatch.demo import demo_images

    masked = next(p.image for p in demo_images() if p.states == (MaskState.with_mask,))
    frames = []
    for i in range(30):
        canvas = np.full((256, 320, 3), (176, 180, 184), np.uint8)
        canvas[16:240, 4 * i : 4 * i + 196] = (portrait if i < CHANGE else masked)[8:232, 128:324]
        frames.append(canvas)
    return write_clip(tmp_path / "walk.mp4", frames, Clip(rate=Fraction(10)))


def test_one_person_keeps_the_track_id_when_the_state_changes(detect: Command, walk: Path, tmp_path: Path) -> None:
    outcome = detect(walk, "--track", "--jsonl", tmp_path / "faces.jsonl", "--csv", tmp_path / "faces.csv")
    assert outcome.status == 0
    lines = records(tmp_path / "faces.jsonl")
    assert len(lines) == 30
    assert [len(line["detections"]) for line in lines] == [1] * 30
    assert {line["detections"][0]["tracker_id"] for line in lines} == {1}
    states = [line["detections"][0]["class"] for line in lines]
    assert sum(a != b for a, b in pairwise(states)) <= 1
    assert states[:CHANGE] == ["without_mask"] * CHANGE
    rows = list(csv.DictReader((tmp_path / "faces.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["tracker_id"] for row in rows] == ["1"] * 30
    assert "; 1 person: " in outcome.out


def test_json_counts_people(detect: Command, walk: Path) -> None:
    outcome = detect(walk, "--track", "--json")
    assert sum(json.loads(outcome.out)["people"].values()) == 1


def test_without_the_option_nothing_is_numbered(detect: Command, walk: Path, tmp_path: Path) -> None:
    outcome = detect(walk, "--jsonl", tmp_path / "faces.jsonl")
    assert {face["tracker_id"] for line in records(tmp_path / "faces.jsonl") for face in line["detections"]} == {None}
    assert "pe" not in outcome.out.rsplit(": ", 1)[-1]


def test_the_threshold_is_still_that_of_conf(detect: Command, walk: Path, tmp_path: Path) -> None:
    assert detect(walk, "--track", "--conf", "1", "--jsonl", tmp_path / "faces.jsonl").status == 0
    assert all(line["detections"] == [] for line in records(tmp_path / "faces.jsonl"))


def test_single_images_are_not_tracked(detect: Command, folder: Path) -> None:
    outcome = detect(folder, "--track")
    assert outcome.status == 0
    assert outcome.error_lines == ["maskwatch: --track needs videos or webcams; single images were not tracked"]
    assert "0 people" in outcome.out
