from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image as pil

from maskwatch.errors import SourceError
from maskwatch.sources import open_source
from maskwatch.sources.specs import Input, camera_number, inputs, is_many, natural_order


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def _names(found: list[Input | SourceError], folder: Path) -> list[str]:
    return [str(Path(one.value).relative_to(folder)) for one in found if isinstance(one, Input)]


def test_numbers_are_sorted_naturally() -> None:
    names = ["b.jpg", "photo10.jpg", "Photo2.jpg", "photo1.jpg", "a/9.jpg", "a/10.jpg", "photo1b.jpg"]
    expected = ["a/9.jpg", "a/10.jpg", "b.jpg", "photo1.jpg", "photo1b.jpg", "Photo2.jpg", "photo10.jpg"]
    assert sorted(names, key=natural_order) == expected
    assert sorted(["²", "2", "x", "", "٣"], key=natural_order) == ["", "2", "x", "²", "٣"]


@pytest.mark.parametrize(
    ("spec", "number"),
    [
        (0, 0),
        ("0", 0),
        ("12", 12),
        ("/dev/video3", 3),
        ("./0", None),
        ("0.jpg", None),
        ("", None),
        ("²", None),
        ("-1", None),
    ],
)
def test_camera_numbers(spec: str | int, number: int | None) -> None:
    assert camera_number(spec) == number


def test_a_folder_gives_its_images_and_videos(tmp_path: Path) -> None:
    _touch(
        tmp_path, "10.JPG", "9.png", "film.MP4", "notes.txt", "labels.json", ".hidden.jpg", "sub/deep.jpg", ".x/y.jpg"
    )
    found = inputs(tmp_path)
    assert _names(found, tmp_path) == ["9.png", "10.JPG", "film.MP4"]
    assert [one.kind for one in found if isinstance(one, Input)] == ["image", "image", "video"]
    assert _names(inputs(str(tmp_path), recursive=True), tmp_path) == ["9.png", "10.JPG", "film.MP4", "sub/deep.jpg"]


def test_nothing_is_not_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a.jpg")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="a source is missing; name an image"):
        inputs("")
    with pytest.raises(SourceError, match="a source is missing"):
        open_source("")
    assert not is_many("")
    assert len(inputs(".")) == 1


def test_a_folder_without_images_is_an_error(tmp_path: Path) -> None:
    _touch(tmp_path, "notes.txt", "sub/deep.jpg")
    with pytest.raises(SourceError, match=r"no image or video in this folder; .*recursive"):
        inputs(tmp_path)
    assert len(inputs(tmp_path, recursive=True)) == 1
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match="no image or video in this folder"):
        inputs(tmp_path / "none", recursive=True)


def test_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _touch(tmp_path, "a10.jpg", "a2.jpg", "b.png", "a.txt", "sub/a3.jpg", "a.jpg/inside.jpg")
    monkeypatch.chdir(tmp_path)
    assert [one.value for one in inputs("a*.jpg") if isinstance(one, Input)] == ["a2.jpg", "a10.jpg"]
    assert [one.value for one in inputs("*") if isinstance(one, Input)] == ["a2.jpg", "a10.jpg", "b.png"]
    assert [one.value for one in inputs("**/a?.jpg") if isinstance(one, Input)] == ["a2.jpg", "sub/a3.jpg"]
    for nothing in ("*.webp", "a.tx?", "nowhere/*.jpg"):
        with pytest.raises(SourceError, match="no image or video matches this pattern"):
            inputs(nothing)


def test_a_file_whose_name_looks_like_a_pattern_is_a_file(tmp_path: Path) -> None:
    _touch(tmp_path, "a[1].jpg", "a1.jpg", "b[2]/c.jpg")
    assert _names(inputs(tmp_path / "a[1].jpg"), tmp_path) == ["a[1].jpg"]
    assert not is_many(tmp_path / "a[1].jpg")
    assert _names(inputs(tmp_path / "b[2]"), tmp_path) == ["b[2]/c.jpg"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_an_image_is_recognised_by_its_first_bytes(kind: str, tmp_path: Path) -> None:
    for name in ("download", "photo.dat"):
        pil.new("RGB", (8, 8)).save(tmp_path / name, kind)
        assert inputs(tmp_path / name) == [Input("image", str(tmp_path / name))]
    _touch(tmp_path, "other.dat")
    assert inputs(tmp_path / "other.dat") == [Input("video", str(tmp_path / "other.dat"))]


def test_heic_is_named_and_not_passed_over(tmp_path: Path) -> None:
    _touch(tmp_path, "IMG_1.HEIC", "IMG_2.jpg")
    found = inputs(tmp_path)
    assert [type(one) for one in found] == [SourceError, Input]
    assert "HEIC" in str(found[0])
    with pytest.raises(SourceError, match="convert it to JPEG"):
        inputs(tmp_path / "IMG_1.HEIC")


@pytest.mark.parametrize("address", ["rtsp://camera/1", "http://example.org/a[1]?b=*", "https://x/y.mp4"])
def test_addresses_are_streams_and_no_patterns(address: str) -> None:
    assert not is_many(address)
    assert inputs(address) == [Input("stream", address)]


@pytest.mark.parametrize("address", ["file:///a.jpg", "rtmp://camera/1", "s3://bucket/a.jpg"])
def test_other_addresses_are_refused_by_name(address: str) -> None:
    with pytest.raises(SourceError, match="addresses are not supported") as error:
        inputs(address)
    assert str(error.value).startswith(address)


@contextmanager
def _as_somebody() -> Iterator[None]:
    """Run as the user nobody if the test runs as root, which ignores permissions."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A folder that every user can enter."""
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == os.geteuid() and folder.name.startswith(("pytest-", "popen-", "test_")):
            folder.chmod(0o755)
    return tmp_path


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="this system has no such permissions")
def test_folders_and_files_that_may_not_be_read(open_folder: Path) -> None:
    from maskwatch.images import read_image
    from maskwatch.sources.video import VideoSource

    _touch(open_folder, "a.jpg", "closed/b.jpg", "c.mp4")
    for closed in (open_folder / "closed", open_folder / "a.jpg", open_folder / "c.mp4"):
        closed.chmod(0)
    with _as_somebody():
        found = inputs(open_folder, recursive=True)
        errors = [one for one in found if isinstance(one, SourceError)]
        for read in (read_image, VideoSource):
            name = "a.jpg" if read is read_image else "c.mp4"
            with pytest.raises(SourceError, match=rf"{name}: cannot be opened \(permission denied\)"):
                read(open_folder / name)
        with pytest.raises(SourceError, match=r"cannot be opened \(permission denied\)"):
            read_image(open_folder / "closed" / "b.jpg")
    (open_folder / "closed").chmod(0o755)
    assert _names(found, open_folder) == ["a.jpg", "c.mp4"]
    assert [str(error) for error in errors] == [
        f"{open_folder / 'closed'}: cannot be opened (permission denied); check the permissions"
    ]
