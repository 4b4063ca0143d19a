"""Duplicates: copies of one photograph in a set of images, and the groups that they form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.candidates import Candidates, find_candidates
from maskwatch.data.audit.fingerprints import Fingerprints, grey
from maskwatch.data.audit.hashes import hash_transforms
from maskwatch.data.audit.similarity import Similarity, compare
from maskwatch.data.audit.transforms import TRANSFORM_PAIRS

CopyKind = Literal["exact", "near", "altered"]
COPY_KINDS: tuple[CopyKind, ...] = ("exact", "near", "altered")
"""Strictest first; counts of each kind include the kinds before it."""
_UNIFORM = 4.0
"""Standard deviation of the luma up to which an image counts as uniform."""


@dataclass(frozen=True)
class DuplicateOptions:
    """What counts as a duplicate.

    Attributes:
        crop_bits: largest number of differing bits, of 64, in dhash and in phash, for a candidate pair of (cropped)
            images.
        half_bits: the same for a pair of image halves.
        rotation_bits: the same for the centres of rotated images.
        min_fit: colour correlation below which a candidate pair is rejected before registration.
        min_colour, min_detail: correlations from which a pair is a near-duplicate: the same photograph, saved again,
            resized, mirrored, cropped slightly, brightened or darkened.
        min_shared: share of matching detail from which a pair is an altered copy: the same photograph with a part
            changed, such as a mask drawn over the face.
        min_rotated: the same for a rotated copy, which is also an altered copy; only its centre is compared.
    """

    crop_bits: tuple[int, int] = (12, 14)
    half_bits: tuple[int, int] = (8, 10)
    rotation_bits: tuple[int, int] = (10, 12)
    min_fit: float = 0.5
    min_colour: float = 0.9
    min_detail: float = 0.8
    min_shared: float = 0.3
    min_rotated: float = 0.5


class Pair(NamedTuple):
    """Two images that show the same photograph.

    Attributes:
        a, b: indices in the `Fingerprints`.
        kind: of copy.
        similarity: after alignment; all 1 for exact copies.
        mirrored: whether one image is mirrored.
        angle: of the rotation in degrees, in steps of 5.
    """

    a: int
    b: int
    kind: CopyKind
    similarity: Similarity
    mirrored: bool = False
    angle: int = 0


@dataclass(frozen=True)
class Duplicates:
    """Groups of N images: int64 (N,) each; images with the same number form a group.

    Attributes:
        exact: identical files.
        near: also near-duplicates.
        altered: also altered copies, with a part changed or rotated by more than a few degrees. A split keeps these
            groups together.
        pairs: the pairs that formed the groups; not all pairs within a group are compared.
    """

    exact: NDArray[np.int64]
    near: NDArray[np.int64]
    altered: NDArray[np.int64]
    pairs: list[Pair]


class UnionFind:
    """Disjoint sets of the numbers 0..n-1 that can be merged."""

    def __init__(self, n: int) -> None:
        self._parent = list(range(n))

    def copy(self) -> UnionFind:
        """An independent copy."""
        other = UnionFind(0)
        other._parent = list(self._parent)
        return other

    def root(self, i: int) -> int:
        """The representative of the set that contains ``i``."""
        parent = self._parent
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(self, i: int, j: int) -> None:
        """Merge the sets that contain ``i`` and ``j``."""
        a, b = self.root(i), self.root(j)
        self._parent[max(a, b)] = min(a, b)

    def numbers(self) -> NDArray[np.int64]:
        """int64 (n,), the smallest member of the set of each number."""
        return np.array([self.root(i) for i in range(len(self._parent))], np.int64)


def find_duplicates(
    prints: Fingerprints,
    options: DuplicateOptions | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Duplicates:
    """Find exact copies by checksum, and near-duplicates and altered copies by hash, confirmed pixel by pixel.

    Args:
        prints: of N images.
        options: thresholds.
        on_progress: called with the number of candidate pairs done and the total.
    """
    options = options or DuplicateOptions()
    exact = UnionFind(len(prints))
    pairs = list(_exact_pairs(prints))
    for copy in pairs:
        exact.join(copy.a, copy.b)
    near, altered = exact.copy(), exact.copy()
    candidates = _candidates(prints, exact, options)
    for number in range(len(candidates)):
        a, b = int(candidates.whole[number]), int(candidates.part[number])
        rotated = TRANSFORM_PAIRS[candidates.transform_pair[number]].change == "rotation"
        known = altered if rotated else near
        if known.root(a) != known.root(b):
            pair = _confirm(prints, candidates, number, options)
            if pair is not None:
                pairs.append(pair)
                altered.join(a, b)
                if pair.kind == "near":
                    near.join(a, b)
        if on_progress:
            on_progress(number + 1, len(candidates))
    return Duplicates(exact.numbers(), near.numbers(), altered.numbers(), pairs)


def _exact_pairs(prints: Fingerprints) -> Iterable[Pair]:
    first: dict[str, int] = {}
    for number, md5 in enumerate(prints.md5.tolist()):
        if md5 in first:
            yield Pair(first[md5], number, "exact", Similarity(1.0, 1.0, 1.0))
        else:
            first[md5] = number


def _candidates(prints: Fingerprints, exact: UnionFind, options: DuplicateOptions) -> Candidates:
    """Candidate pairs; only the first of several exact copies takes part."""
    numbers = exact.numbers()
    detailed = grey(prints.thumbs).std(axis=(1, 2)) > _UNIFORM
    first = np.zeros(len(prints), bool)
    first[np.unique(numbers, return_index=True)[1]] = True
    limits = {"crop": options.crop_bits, "half": options.half_bits, "rotation": options.rotation_bits}
    return find_candidates(hash_transforms(prints.thumbs, prints.sizes), detailed & first, limits)


def _confirm(prints: Fingerprints, candidates: Candidates, number: int, options: DuplicateOptions) -> Pair | None:
    a, b = int(candidates.whole[number]), int(candidates.part[number])
    transforms = TRANSFORM_PAIRS[candidates.transform_pair[number]]
    width, height = prints.sizes[b].tolist()
    similarity = compare(prints.thumbs[a], prints.thumbs[b], transforms, (width, height), options.min_fit)
    mirrored, angle = transforms.part.mirrored, transforms.part.angle
    near = similarity.colour >= options.min_colour and similarity.detail >= options.min_detail
    if near and not angle:
        return Pair(a, b, "near", similarity, mirrored)
    if similarity.shared >= (options.min_rotated if angle else options.min_shared):
        return Pair(a, b, "altered", similarity, mirrored, angle)
    return None
