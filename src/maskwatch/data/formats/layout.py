"""Data sets on disk: names of splits, and images in folders."""

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
    """The split named by a folder or list ("val" for "valid"), or None."""
    return _SPLITS.get(name.lower())


def is_image(path: Path) -> bool:
    """Whether the file has the suffix of an image and is not hidden."""
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


def images_in(folder: Path, *, deep: bool = True) -> list[Path]:
    """The image files in a folder, and in its subfolders if ``deep``, sorted by path."""
    found = folder.rglob("*") if deep else folder.iterdir()
    return sorted(path for path in found if is_image(path) and path.is_file())


def folders_in(folder: Path) -> list[Path]:
    """The folders in a folder that are not hidden, sorted by name."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))


def image_beside(stem: str, folders: list[Path]) -> Path | None:
    """The first image named ``stem`` plus an image suffix in one of the folders, or None."""
    for folder in folders:
        for suffix in (".jpg", ".jpeg", ".png", *sorted(SUFFIXES)):
            for name in (stem + suffix, stem + suffix.upper()):
                if (folder / name).is_file():
                    return folder / name
    return None
