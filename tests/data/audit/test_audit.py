from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from annotation_files import boxes, write
from maskwatch.data import Dataset, LabelledImage
from maskwatch.data.audit.page import audit_page, save_audit
from maskwatch.data.audit.report import Audit, audit
from maskwatch.data.audit.text import audit_lines
from maskwatch.data.collection import Collection, read_collection
from maskwatch.data.convert import convert
from maskwatch.errors import DataError, UsageError
from photos import photo, save


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """Eight photos, and copies: one exact, one mirrored in the other class, one poor JPEG in the other split."""
    root = tmp_path / "faces"
    for number in range(6):
        save(photo(number), root / "train" / "with_mask" / f"{number}.jpg")
    save(photo(6), root / "train" / "no_mask" / "6.jpg")
    save(photo(7), root / "test" / "with_mask" / "7.jpg")
    (root / "train" / "with_mask" / "copy of 0.jpg").write_bytes((root / "train" / "with_mask" / "0.jpg").read_bytes())
    save(photo(1)[:, ::-1], root / "train" / "no_mask" / "mirror of 1.jpg")
    save(photo(2), root / "test" / "with_mask" / "poor 2.jpg", quality=40)
    return root


def audited(*paths: Path) -> tuple[Audit, Collection, list[str]]:
    problems: list[str] = []
    collection = read_collection(list(paths), problems=problems)
    return audit(collection, problems=problems), collection, problems


def test_counts_copies_and_crossings(faces: Path) -> None:
    found, _, _ = audited(faces)
    assert (found.images, found.readable) == (11, 11)
    assert found.statistics.images == {"test": 2, "train": 9}
    assert found.statistics.total == {"with_mask": 9, "worn_incorrectly": 0, "without_mask": 2}
    assert found.statistics.balance == 4.5
    assert (found.image_size.smallest, found.image_size.largest) == (120, 120)
    exact, near = found.copies["exact"], found.copies["near"]
    assert (exact.groups, exact.images, exact.distinct, exact.largest) == (1, 2, 10, 2)
    assert (near.groups, near.images, near.distinct) == (3, 6, 8)
    assert {(c.part, c.other, c.images, c.exact, c.near) for c in found.across_splits} == {
        ("test", "train", 2, 0, 1),
        ("train", "test", 9, 0, 1),
    }
    assert {(c.part, c.other, c.near) for c in found.across_classes} == {
        ("with_mask", "without_mask", 1),
        ("without_mask", "with_mask", 1),
    }
    assert found.across_sources == []


def test_groups_across_splits_come_first(faces: Path) -> None:
    found, collection, _ = audited(faces)
    names = [{collection.paths[member].name for member in group.members} for group in found.groups]
    assert names == [{"2.jpg", "poor 2.jpg"}, {"1.jpg", "mirror of 1.jpg"}, {"0.jpg", "copy of 0.jpg"}]
    assert [group.kind for group in found.groups] == ["near", "near", "exact"]
    assert found.groups[0].splits == ["test", "train"]
    assert found.groups[1].classes == ["with_mask", "without_mask"]


def test_what_cannot_be_read_is_named_and_left_out(faces: Path) -> None:
    write(faces / "train" / "no_mask" / "text.jpg", "hello")
    whole = (faces / "test" / "with_mask" / "7.jpg").read_bytes()
    (faces / "test" / "with_mask" / "cut.jpg").write_bytes(whole[:-400])
    (faces / "test" / "no_mask").mkdir()
    found, _, _ = audited(faces)
    assert (found.images, found.readable) == (13, 11)
    assert len(found.problems) == 3
    assert all(any(name in line for line in found.problems) for name in ("text.jpg", "cut.jpg", "no_mask: the class"))
    assert "13 images, 2 of them unreadable" in audit_lines(found)[0]


def test_the_leak_is_one_line_at_the_end(faces: Path) -> None:
    found, collection, _ = audited(faces)
    lines = audit_lines(found)
    assert lines[-1] == found.random_split.line
    assert "% (+- " in lines[-1]
    assert "of the test images have a near-duplicate in train" in lines[-1]
    assert found.to_dict(collection)["leak"] == lines[-1]
    assert 0 < found.random_split.exact < found.random_split.near < 1


def test_one_class_only_is_said(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "one" / "mask" / "a.png")
    found, _, _ = audited(tmp_path / "one")
    assert "Only one class (with_mask): a classifier needs at least two." in audit_lines(found)


def test_several_sets_are_compared_by_source(faces: Path, tmp_path: Path) -> None:
    for number in (0, 9):
        save(photo(number), tmp_path / "other" / "with_mask" / f"{number}.png")
    found, _, _ = audited(faces, tmp_path / "other")
    assert {(c.part, c.other, c.images, c.near) for c in found.across_sources} == {
        ("faces", "other", 11, 2),
        ("other", "faces", 2, 1),
    }


def test_images_with_boxes(labelled: Dataset, tmp_path: Path) -> None:
    wide = save(photo(8, width=60), tmp_path / "wide.png")
    odd = LabelledImage(wide, 120, 150, xyxy=boxes((100, 20, 135, 60)), class_id=np.array([0]))
    convert(Dataset([*labelled, odd]), tmp_path / "set", "coco")
    found, _, _ = audited(tmp_path / "set")
    assert found.boxes is not None
    assert found.boxes.small == {"with_mask": 0, "worn_incorrectly": 0, "without_mask": 1}
    assert found.boxes.face_size["with_mask"].count == 3
    assert (found.boxes.empty_images, found.boxes.ignored, found.boxes.outside) == (1, 1, 1)
    assert (found.boxes.two_class_images, found.boxes.untight_images) == (1, 1)
    assert [line.endswith("60 x 150 pixels, annotated as 120 x 150") for line in found.boxes.resized] == [True]
    assert found.across_classes == []


def test_kinds_do_not_mix(labelled: Dataset, faces: Path, tmp_path: Path) -> None:
    convert(labelled, tmp_path / "set", "coco")
    with pytest.raises(DataError, match="do not mix"):
        read_collection([tmp_path / "set", faces])


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [value or "" for name, value in attrs if name in {"src", "href"}]


def test_the_page_holds_its_images_and_escapes_names(faces: Path) -> None:
    copied = faces / "train" / "with_mask" / "copy of 0.jpg"
    copied.rename(copied.with_name("<script>alert(1)<&.jpg"))
    found, collection, _ = audited(faces)
    page = _Page(audit_page(found, collection))
    assert len(page.sources) == 6
    assert all(source.startswith("data:image/jpeg;base64,") for source in page.sources)
    assert "script" not in page.tags
    assert len(_Page(audit_page(found, collection, most_groups=1)).sources) == 2


def test_the_report_is_a_folder_that_is_never_overwritten(faces: Path, tmp_path: Path) -> None:
    found, collection, _ = audited(faces)
    files = save_audit(found, collection, tmp_path / "report")
    assert [file.name for file in files] == ["report.html", "report.json"]
    content = json.loads((tmp_path / "report" / "report.json").read_text())
    names = ["name", "images", "readable", "problems", "statistics", "image_size", "boxes", "copies", "across_splits"]
    assert list(content) == [*names, "across_classes", "across_sources", "random_split", "groups", "leak"]
    assert content["copies"]["near"]["images"] == 6
    assert {Path(member).name for member in content["groups"][0]["members"]} == {"2.jpg", "poor 2.jpg"}
    with pytest.raises(UsageError, match="exists and is not empty"):
        save_audit(found, collection, tmp_path / "report")


@pytest.mark.shared
def test_the_set_of_the_seeds_leaks_half_of_its_test_images(shared: Path) -> None:
    found, _, _ = audited(shared / "data" / "classification" / "prajna")
    assert 0.45 <= found.random_split.near <= 0.60
    assert found.copies["exact"].distinct == 1279
