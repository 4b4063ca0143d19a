from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from evaluation_cases import WITH, dataset, found, labelled, random_case, square
from maskwatch.data import Dataset, LabelledImage
from maskwatch.detections import Detections
from maskwatch.errors import DataError, ImageDecodeError, MissingExtraError, SinkError, UsageError
from maskwatch.evaluate.coco import evaluate_coco
from maskwatch.evaluate.detection import DetectionOptions, DetectionReport, evaluate_detection, run_detector
from maskwatch.evaluate.save import check_output, save_report
from maskwatch.evaluate.tables import coco_table, report_tables
from maskwatch.styles import STYLES
from photos import photo, save, save_turned


@pytest.fixture(scope="module")
def report() -> DetectionReport:
    data, predictions = random_case(7, images=10)
    data = Dataset([*data.images, labelled([(square(0), WITH)], boxes="loose")], "made")
    return evaluate_detection(data, [*predictions, found([(square(0), WITH, 0.9)])], DetectionOptions(resamples=20))


def _printed(*tables: object, width: int = 140) -> str:
    console = Console(file=io.StringIO(), width=width)
    for table in tables:
        console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_tables_show_the_metrics_of_both_box_policies(report: DetectionReport) -> None:
    text = _printed(*report_tables(report))
    metrics = report.box_policies[0].all_sizes
    masked = metrics.tasks["masked"].ap
    assert f"{100 * masked.value:.1f} ({100 * masked.low:.1f}-{100 * masked.high:.1f})" in text
    recall = metrics.at_threshold.recall["unmasked"]
    assert f"{recall.hits}/{recall.total} {100 * recall.value:.1f}" in text
    assert "1 images with loose boxes, 1 faces; boxes match from IoU 0.35" in text
    assert all(metrics.size_range.name in text for metrics in report.box_policies[0].size_ranges)


def test_coco_table_shows_its_metrics() -> None:
    data, predictions = random_case(8, images=10)
    coco = evaluate_coco(data, predictions)
    assert f"{100 * coco.mean.ap_small:.1f}" in _printed(coco_table(coco))


def test_metrics_that_do_not_exist_are_dashes() -> None:
    empty = evaluate_detection(dataset(labelled([])), [Detections.empty()])
    assert "None" not in _printed(*report_tables(empty))


def test_saves_report_and_curves(report: DetectionReport, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "run"
    files = save_report(report, report.to_dict(), "title", folder)
    names = ["precision_recall.csv", "precision_recall.png", "precision_recall_loose.csv", "precision_recall_loose.png"]
    assert [f.name for f in files] == [*names, "report.json"]
    assert json.loads((folder / "report.json").read_text())["dataset"] == "made"
    with Image.open(folder / "precision_recall.png") as drawn:
        pixels = np.asarray(drawn.convert("RGB")).reshape(-1, 3)
    for color in (*(style.colour for style in STYLES.values()), (0, 114, 178)):
        assert (pixels == color).all(axis=1).sum() > 100
    rows = list(csv.DictReader((folder / "precision_recall.csv").read_text().splitlines()))
    hits = len(report.box_policies[0].curves["face"].score)
    assert sum(row["task"] == "face" for row in rows) == hits > 0
    assert [p.name for p in folder.parent.iterdir()] == ["run"]


def test_results_are_never_overwritten(report: DetectionReport, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    for act in (check_output, lambda folder: save_report(report, {}, "title", folder)):
        with pytest.raises(UsageError, match="not empty"):
            act(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_missing_matplotlib_is_reported_before_the_evaluation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'maskwatch\[evaluate\]'"):
        check_output(tmp_path / "new")


def test_a_folder_that_cannot_be_written(report: DetectionReport, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SinkError, match="cannot be written"):
        save_report(report, {}, "title", tmp_path / "file" / "run")


def test_runs_on_stored_pixels_and_reports_progress(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # rotated by 90 degrees when shown
    Image.new("RGB", (60, 20)).save(tmp_path / "a.jpg", exif=exif)
    seen, done = [], []
    labelled = LabelledImage(tmp_path / "a.jpg", 60, 20)

    def detector(image: np.ndarray) -> Detections:
        seen.append(image.shape)
        return Detections.empty()

    assert len(run_detector(detector, Dataset([labelled, labelled]), done.append)) == 2
    assert seen == [(20, 60, 3)] * 2
    assert done == [1, 2]


def test_upright_boxes_are_evaluated_on_the_upright_image(tmp_path: Path) -> None:
    path = save_turned(photo(0, 60, 60), tmp_path / "a.png", 3)
    seen: list[np.ndarray] = []

    def detector(image: np.ndarray) -> Detections:
        seen.append(image)
        return Detections.empty()

    run_detector(detector, Dataset([LabelledImage(path, 60, 60, upright=upright) for upright in (True, False)]))
    assert np.array_equal(seen[0], photo(0, 60, 60))
    assert np.array_equal(seen[1], photo(0, 60, 60)[::-1, ::-1])


def test_a_broken_image_stops_the_evaluation(tmp_path: Path) -> None:
    path = save(photo(0), tmp_path / "broken.jpg")
    cut = Dataset([LabelledImage(path, 120, 150)])
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(ImageDecodeError, match=r"broken\.jpg"):
        run_detector(lambda _: Detections.empty(), cut)


def test_a_wrong_size_is_reported_before_any_detection(tmp_path: Path) -> None:
    images = [LabelledImage(save(photo(0), tmp_path / "a.png"), width, 150) for width in (120, 130)]
    with pytest.raises(DataError, match="its annotation says 130 x 150"):
        run_detector(lambda _: pytest.fail("the detector ran"), Dataset(images))
