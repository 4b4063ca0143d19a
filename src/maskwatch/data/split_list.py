"""A list of labelled images that knows its splits: what data sets with and without boxes have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, Self, TypeVar

from maskwatch.errors import DataError


class _InSplit(Protocol):
    @property
    def split(self) -> str: ...


T = TypeVar("T", bound=_InSplit)


@dataclass(frozen=True)
class SplitList(Generic[T]):
    """Labelled images with the name of the file or folder that they were read from."""

    images: Sequence[T]
    name: str = ""

    def __len__(self) -> int:
        return len(self.images)

    def __iter__(self) -> Iterator[T]:
        return iter(self.images)

    @property
    def splits(self) -> dict[str, int]:
        """Number of images in each split, in order of appearance."""
        return dict(Counter(image.split for image in self.images))

    def split(self, name: str) -> Self:
        """The images of one split.

        Raises:
            DataError: when no image belongs to it.
        """
        chosen = [image for image in self.images if image.split == name]
        if not chosen:
            known = ", ".join(f"{split} ({count})" for split, count in self.splits.items()) or "no images at all"
            raise DataError(f"{self.name}: no split called '{name}'; it has {known}")
        return type(self)(chosen, self.name)
