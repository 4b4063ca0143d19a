"""How data sets lie on disk: the names of splits, and the images of a folder."""

from __future__ import annotations

from pathlib import Path

from maskwatch.images import SUFFIXES

_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "dev": "val",
    "test": "test",
    "testing": "test",
}


def split_of(name: str) -> str | None:
    """The split that a folder or list is called after ("valid" is "val"), or None."""
    return _SPLITS.get(name.lower())


def is_image(path: Path) -> bool:
    """Whether the file name ends like that of an image and is not hidden."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def images_in(folder: Path, *, deep: bool = True) -> list[Path]:
    """The image files of a folder, and of the folders in it if ``deep``, sorted by path."""
    found = folder.rglob("*") if deep else folder.iterdir()
    return sorted(path for path in found if is_image(path) and path.is_file())


def folders_in(folder: Path) -> list[Path]:
    """The folders directly in a folder, hidden ones left out, sorted by name."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def image_beside(stem: str, folders: list[Path]) -> Path | None:
    """The first image called ``stem`` plus a known suffix in one of the folders, or None."""
    for folder in folders:
        for suffix in (".jpg", ".jpeg", ".png", *sorted(SUFFIXES)):
            for name in (stem + suffix, stem + suffix.upper()):
                if (folder / name).is_file():
                    return folder / name
    return None
