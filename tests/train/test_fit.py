from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.data import Dataset, read_dataset
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError, SinkError, UsageError
from maskwatch.train.augment.crop import AugmentOptions
from maskwatch.train.fit import train_detector
from maskwatch.train.loader import DetectionLoader, LoaderOptions, sampling_weights
from maskwatch.train.options import DetectorOptions, Stage
from maskwatch.train.run_folder import RunFolder, TrainingProgress, opened_run
from maskwatch.train.train_val_split import training_and_validation


def options_for(data: Path, **changes: object) -> DetectorOptions:
    of_stage = {field.name for field in fields(Stage)} & changes.keys()
    stage = Stage(**{"epochs": 2, "steps": 2, "batch": 2, "size": 64, **{name: changes[name] for name in of_stage}})  # type: ignore[arg-type]
    values: dict[str, object] = {"imgsz": 96, "stages": (stage,), **changes}
    return DetectorOptions(data=(str(data),), **{k: v for k, v in values.items() if k not in of_stage})  # type: ignore[arg-type]


@pytest.fixture
def untraced() -> Iterator[None]:
    """Without TensorFlow's tracing, which takes ten times as long as a small training."""
    tensorflow = pytest.importorskip("tensorflow")
    tensorflow.config.run_functions_eagerly(True)
    yield
    tensorflow.config.run_functions_eagerly(False)


def test_training_leaves_a_complete_run_folder(toy_coco: Path, tmp_path: Path) -> None:
    options = options_for(toy_coco, name="toy")
    folder = RunFolder.create(tmp_path / "runs", "detector", "toy")
    reported: list[TrainingProgress] = []
    result = train_detector(options, folder, on_progress=reported.append)
    for name in ("model.keras", "model.onnx", "history.csv", "curves.png", "samples.png", "checkpoint.npz"):
        assert (folder.path / name).stat().st_size > 0
    assert [row["epoch"] for row in folder.read_history()] == [1, 2]
    assert reported[-1].step == reported[-1].steps == 4
    assert result.exported.check.face_scores < 1e-4
    detector = load_detector(folder.exported)
    assert detector.card.name == "toy"
    assert detector.imgsz == 96
    assert not list(folder.path.glob("*.part*"))


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_resumed_run_ends_like_an_uninterrupted_one(toy_coco: Path, tmp_path: Path) -> None:
    """An interruption between two epochs or two stages changes only rounding."""
    first = Stage(2, 2, 2, 64, full_image_share=0.5)
    options = options_for(toy_coco, stages=(first, replace(first, size=96, steps=1, epochs=1)), val_every=9)
    reported: list[TrainingProgress] = []
    complete = RunFolder.create(tmp_path, "detector", "complete")
    train_detector(options, complete, on_progress=reported.append)
    assert reported[-1].step == reported[-1].steps == 5
    for stopped_after in (1, 2):
        broken = RunFolder.create(tmp_path, "detector", f"broken_{stopped_after}")
        _train_with_a_break(options, broken, stopped_after)
        assert len(broken.read_history()) == 3
        for a, b in zip(complete.read_history(), broken.read_history(), strict=True):
            assert {k: v for k, v in a.items() if k != "seconds"} == pytest.approx(
                {k: v for k, v in b.items() if k != "seconds"}, rel=1e-3
            )


def _train_with_a_break(options: DetectorOptions, folder: RunFolder, stopped_after: int) -> None:

    class StoppedError(Exception):
        pass

    def stop(progress: TrainingProgress) -> None:
        if progress.row is not None and progress.epoch == stopped_after:
            raise StoppedError

    with pytest.raises(StoppedError):
        train_detector(options, folder, on_progress=stop)
    train_detector(options, folder, resume=True)


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_progress_counts_on_through_stages_that_are_alike(toy_coco: Path, tmp_path: Path) -> None:
    reported: list[TrainingProgress] = []
    options = options_for(toy_coco, stages=(Stage(1, 2, 2, 64),) * 2, val_every=9)
    train_detector(options, RunFolder.create(tmp_path, "detector", "a"), on_progress=reported.append)
    assert [one.step for one in reported] == [1, 2, 2, 3, 4, 4]


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_validating_every_other_epoch_leaves_gaps_in_the_history(toy_coco: Path, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "detector", "a")
    result = train_detector(options_for(toy_coco, epochs=3, steps=1, val_every=2), folder)
    assert ["mean" in row for row in folder.read_history()] == [False, True, True]
    assert result.epoch in (2, 3)


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_fine_tuning_starts_from_an_earlier_run(toy_coco: Path, tmp_path: Path) -> None:
    first = RunFolder.create(tmp_path, "detector", "first")
    train_detector(options_for(toy_coco), first)
    second = RunFolder.create(tmp_path, "detector", "second")
    train_detector(options_for(toy_coco, start=str(first.best), epochs=1), second)
    assert load_detector(second.exported).card.training["start"] == str(first.best)


def test_runs_are_never_overwritten(tmp_path: Path) -> None:
    RunFolder.create(tmp_path, "detector", "a")
    with pytest.raises(UsageError, match="--resume"):
        RunFolder.create(tmp_path, "detector", "a")


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_resumed_without_a_checkpoint_training_starts_from_the_beginning(toy_coco: Path, tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "detector", "a")
    train_detector(options_for(toy_coco, epochs=1, steps=1), folder, resume=True)
    assert [row["epoch"] for row in folder.read_history()] == [1]


def test_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no settings"):
        DetectorOptions.load(RunFolder.create(tmp_path, "detector", "a").options)


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_an_epoch_without_its_checkpoint_is_repeated_and_counts_once(
    toy_coco: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: RunFolder, network: object, optimizer: object, state: dict[str, int]) -> None:
        if state["epochs"] == 2:
            raise SinkError(f"{folder.path}: no room")
        save_checkpoint(folder, network, optimizer, state)

    save_checkpoint = RunFolder.save_checkpoint
    options, folder = options_for(toy_coco, steps=1), RunFolder.create(tmp_path, "detector", "a")
    monkeypatch.setattr(RunFolder, "save_checkpoint", full)
    with pytest.raises(SinkError):
        train_detector(options, folder)
    monkeypatch.undo()
    train_detector(options, folder, resume=True)
    assert [row["epoch"] for row in folder.read_history()] == [1, 2]


@pytest.mark.filterwarnings("ignore:Even though the `tf.config:UserWarning")
@pytest.mark.usefixtures("untraced")
def test_of_equal_epochs_the_saved_one_is_the_reported_one(
    toy_coco: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[float] = []
    means = iter((50.0, 70.0, 70.0, 60.0))
    monkeypatch.setattr(
        "maskwatch.train.callbacks.headline", lambda *_: dict.fromkeys((*STATE_NAMES, "mean"), next(means))
    )
    folder = RunFolder.create(tmp_path, "detector", "a")
    save_network = RunFolder.save_network

    def save(self: RunFolder, network: object) -> None:
        saved.append(len(folder.read_history()) + 1)
        save_network(self, network)

    monkeypatch.setattr(RunFolder, "save_network", save)
    result = train_detector(options_for(toy_coco, epochs=4, steps=1), folder)
    assert saved[-1] == result.epoch == 3


@pytest.mark.parametrize("error", [KeyboardInterrupt, DataError, MemoryError])
def test_a_run_that_ends_before_its_first_epoch_leaves_its_name_free(
    tmp_path: Path, error: type[BaseException]
) -> None:
    options = options_for(Path("x"), name="a")
    for _ in range(2):
        with pytest.raises(error), opened_run("detector", options, tmp_path, resume=False):
            raise error


def test_a_run_that_ends_after_its_first_epoch_is_kept(tmp_path: Path) -> None:
    def stopped_in_the_second(folder: RunFolder) -> None:
        folder.write_history([{"epoch": 1.0}])
        raise KeyboardInterrupt

    options = options_for(Path("x"), name="a")
    with pytest.raises(KeyboardInterrupt), opened_run("detector", options, tmp_path, resume=False) as (folder, _):
        stopped_in_the_second(folder)
    assert folder.read_history() == [{"epoch": 1.0}]


@pytest.mark.parametrize(
    "changes", [{"epochs": 0}, {"size": 100}, {"learning_rate": 3.0}, {"batch": -1}, {"clean_share": 1.1}]
)
def test_settings_out_of_range(changes: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="out of range"):
        options_for(Path("x"), **changes)


def test_settings_survive_the_run_folder(tmp_path: Path) -> None:
    options = options_for(
        Path("x"), seed=7, environment={"python": "3"}, stages=(Stage(), Stage(size=64, clean_share=0.5))
    )
    options.save(tmp_path / "config.json")
    assert DetectorOptions.load(tmp_path / "config.json") == options


def test_same_seed_same_batches(toy_coco: Path) -> None:
    dataset = read_dataset(toy_coco)
    first, second = (DetectionLoader(dataset, LoaderOptions(64, 2, 3, seed=4), AugmentOptions()) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first[1], second[1], strict=True))
    second.on_epoch_end()
    assert not np.array_equal(first[1][0], second[1][0])


def test_rare_states_are_drawn_more_often(toy_coco: Path) -> None:
    dataset = read_dataset(toy_coco)
    weights = sampling_weights(dataset)
    by_state = {int(image.class_id[0]): weight for image, weight in zip(dataset, weights, strict=True)}
    assert by_state[1] > by_state[2] > by_state[0]
    assert weights.sum() == pytest.approx(1)


def test_clean_images_get_their_share(toy_coco: Path) -> None:
    dataset = read_dataset(toy_coco)
    mixed = Dataset([replace(image, boxes="loose") if i % 3 else image for i, image in enumerate(dataset)], "mixed")
    weights = sampling_weights(mixed, clean_share=0.7)
    assert weights[::3].sum() == pytest.approx(0.7)
    assert weights.sum() == pytest.approx(1)
    assert sampling_weights(dataset, clean_share=0.7) == pytest.approx(sampling_weights(dataset))


def test_without_a_val_split_whole_groups_are_held_out(toy_coco: Path) -> None:
    content = json.loads(toy_coco.read_text())
    for image in content["images"]:
        image |= {"split": "train", "group": image["id"] // 2}
    toy_coco.write_text(json.dumps(content))
    training, validation = training_and_validation([read_dataset(toy_coco)], seed=1)
    assert {image.group for image in training}.isdisjoint({image.group for image in validation})
    assert len(training) + len(validation) == 12
    assert len(validation) == 2


def test_data_without_a_train_split(toy_coco: Path) -> None:
    content = json.loads(toy_coco.read_text())
    for image in content["images"]:
        image["split"] = "test"
    toy_coco.write_text(json.dumps(content))
    with pytest.raises(DataError, match="train"):
        training_and_validation([read_dataset(toy_coco)], seed=0)
