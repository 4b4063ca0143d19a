from __future__ import annotations

from pathlib import Path

import pytest

from maskwatch.errors import SinkError, UsageError
from maskwatch.files import UniqueNames, check_writable, replacing, safe_stem, write_new


@pytest.mark.parametrize(
    ("source", "stem"),
    [
        ("folder/a.b.jpg", "a.b"),
        ("0", "0"),
        ("rtsp://user:secret@10.0.0.7:554/live/main.sdp?token=abc", "10.0.0.7_live_main"),
        ("https://example.org", "example.org"),
        ('what?<>:"|*.mp4', "what_______"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("ä" * 300 + ".jpg", "ä" * 75),
        ("trailing dots....jpg", "trailing dots"),
    ],
)
def test_stems_are_valid_on_any_file_system(source: str, stem: str) -> None:
    assert safe_stem(source) == stem


def test_names_that_differ_in_case_only_are_the_same(tmp_path: Path) -> None:
    names = UniqueNames(tmp_path)
    assert [names.take(stem, ".jpg").name for stem in ("A", "a", "a")] == ["A.jpg", "a-2.jpg", "a-3.jpg"]


def test_names_on_the_disk_are_taken_with_any_of_the_suffixes(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    (tmp_path / "b.incomplete.mp4").touch()
    names = UniqueNames(tmp_path)
    assert names.take("a", ".jpg") == tmp_path / "a-2.jpg"
    assert names.take("b", ".mp4", ".part.mp4", ".incomplete.mp4") == tmp_path / "b-2.mp4"


def test_by_stem_the_suffix_makes_no_difference() -> None:
    assert [UniqueNames().take("a", suffix).name for suffix in (".jpg", ".png")] == ["a.jpg", "a.png"]
    names = UniqueNames(by_stem=True)
    assert [
        str(names.take(f"{folder}/a", suffix)) for folder, suffix in [("x", ".jpg"), ("x", ".png"), ("y", ".png")]
    ] == [
        "x/a.jpg",
        "x/a-2.png",
        "y/a.png",
    ]


def test_a_file_is_replaced_when_the_block_ends_and_kept_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.json"
    with replacing(path) as part:
        part.write_text("first")
        assert part.suffix == ".json"
        assert not path.exists()
    assert path.read_text() == "first"
    with pytest.raises(KeyboardInterrupt), replacing(path) as part:  # noqa: PT012
        part.write_text("half")
        raise KeyboardInterrupt
    assert path.read_text() == "first"
    assert [file.name for file in path.parent.iterdir()] == ["a.json"]


def test_a_new_file_replaces_no_other(tmp_path: Path) -> None:
    write_new(tmp_path / "a.txt", "ü")
    with pytest.raises(UsageError, match=r"a\.txt: exists; name a new file"):
        write_new(tmp_path / "a.txt", "b")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "ü"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SinkError, match=r"file.below: no files can be written there \(.*\); choose another folder"):
        check_writable(tmp_path / "file" / "below")
    check_writable(tmp_path / "new" / "folder")
    assert not list((tmp_path / "new" / "folder").iterdir())
