from __future__ import annotations

from pathlib import Path

import pytest

from annotation_files import voc_xml, write
from maskwatch.data.formats.voc import read_voc
from maskwatch.errors import DataError
from photos import photo, save

FACE = ("with_mask", (10, 20, 40, 60))
SIZE = "<size><width>120</width><height>150</height><depth>3</depth></size>"


@pytest.mark.parametrize(
    ("xml", "image"),
    [
        ("a.xml", "a.jpg"),
        ("Annotations/a.xml", "JPEGImages/a.jpg"),
        ("Annotations/a.xml", "images/a.jpg"),
        ("annotations/a.xml", "Images/a.jpg"),
        ("a.xml", "images/a.jpg"),
        ("train/a.xml", "train/a.jpg"),
        ("train/annotations/a.xml", "train/images/a.jpg"),
    ],
)
def test_where_images_may_lie(tmp_path: Path, xml: str, image: str) -> None:
    path = save(photo(0), tmp_path / image)
    write(tmp_path / xml, voc_xml(FACE))
    (image,) = read_voc(tmp_path)
    assert image.path.samefile(path)
    assert (image.width, image.height) == (120, 150), "the size is read from the image where the file gives none"
    assert image.xyxy.tolist() == [[10, 20, 40, 60]]
    assert image.split == "train"


def test_a_wrong_name_inside_gives_way_to_the_files_own(tmp_path: Path) -> None:
    path = save(photo(0), tmp_path / "a.png")
    write(tmp_path / "a.xml", voc_xml(FACE, filename="C:\\images\\IMG_1.JPG"))
    (image,) = read_voc(tmp_path)
    assert image.path == path


def test_difficult_objects_are_ignored_ones(tmp_path: Path) -> None:
    save(photo(0), tmp_path / "a.jpg")
    write(tmp_path / "a.xml", voc_xml(("blurred", (1, 2, 3, 4)), extra="<difficult>1</difficult>"))
    (image,) = read_voc(tmp_path)
    assert not len(image.xyxy)
    assert image.ignore.tolist() == [[1, 2, 3, 4]]


def test_splits_by_folder_and_by_list(tmp_path: Path) -> None:
    for split, name in (("train", "a"), ("valid", "b"), ("test", "c")):
        save(photo(0), tmp_path / "folders" / split / f"{name}.jpg")
        write(tmp_path / "folders" / split / f"{name}.xml", voc_xml(FACE, filename=f"{name}.jpg"))
    assert {i.path.stem: i.split for i in read_voc(tmp_path / "folders")} == {"a": "train", "b": "val", "c": "test"}

    for name in "ab":
        save(photo(0), tmp_path / "lists" / "JPEGImages" / f"{name}.jpg")
        write(tmp_path / "lists" / "Annotations" / f"{name}.xml", voc_xml(FACE, filename=f"{name}.jpg"))
    lists = tmp_path / "lists" / "ImageSets" / "Main"
    write(lists / "test.txt", "b\n")
    write(lists / "trainval.txt", "a\nb\n")
    write(lists / "mask_val.txt", "a -1\nb  1\n")
    for folder in (tmp_path / "lists", tmp_path / "lists" / "Annotations"):
        assert {i.path.stem: i.split for i in read_voc(folder)} == {"a": "train", "b": "test"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("<annotation><object>", "not a Pascal VOC file"),
        ("<html/>", "its root is <html>"),
        (voc_xml(("with_mask", (1, 2, 3))), "not a Pascal VOC file"),
        (voc_xml(("with_mask", (1, 2, 3, 2)), size=SIZE), "a box has no area"),
        (voc_xml(("helmet", (1, 2, 3, 4)), size=SIZE), "class 'helmet' is not a known mask state"),
    ],
)
def test_bad_files_are_named_and_the_others_read(tmp_path: Path, text: str, complaint: str) -> None:
    save(photo(0), tmp_path / "a.jpg")
    save(photo(1), tmp_path / "b.jpg")
    write(tmp_path / "a.xml", text)
    write(tmp_path / "b.xml", voc_xml(FACE, filename="b.jpg"))
    with pytest.raises(DataError, match=complaint):
        read_voc(tmp_path)
    problems: list[str] = []
    read = {image.path.stem: image for image in read_voc(tmp_path, problems=problems)}
    assert read["b"].xyxy.tolist() == [[10, 20, 40, 60]]
    assert len(problems) == 1
    assert complaint in problems[0]
    assert "a.xml" in problems[0]


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "x" * 100}">' for i in range(9))
    write(tmp_path / "a.xml", f"<!DOCTYPE a [{entities}]><annotation><filename>&e8;</filename></annotation>")
    with pytest.raises(DataError, match="not a Pascal VOC file"):
        read_voc(tmp_path)


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no Pascal VOC \.xml file"):
        read_voc(tmp_path)
