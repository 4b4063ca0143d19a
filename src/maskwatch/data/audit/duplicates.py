"""Copies of the same photograph in a set of images, and the groups that they form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.candidates import Candidates, find_candidates
from maskwatch.data.audit.fingerprints import Fingerprints, grey
from maskwatch.data.audit.hashes import hash_views
from maskwatch.data.audit.similarity import Similarity, compare
from maskwatch.data.audit.transforms import VIEW_PAIRS
from maskwatch.data.groups import Groups

Kind = Literal["exact", "near", "altered"]
_FLAT = 4.0


@dataclass(frozen=True)
class DuplicateOptions:
    """What counts as a duplicate.

    Attributes:
        window_bits: bits of 64 that may differ, in dhash and in phash, where a candidate pair looks alike as a whole.
        half_bits: and where a half of it does.
        turned_bits: and where the middle of it does after a turn.
        min_fit: colour correlation below which a candidate pair is not looked at more closely.
        min_colour, min_detail: correlations from which a pair is a near-duplicate: the same photograph, saved again,
            resized, mirrored, cropped a little, lightened or darkened.
        min_shared: share of the detail that agrees from which a pair is an altered copy: the same photograph with a
            part changed, such as a mask drawn over the face.
        min_turned: the same for a turned copy, which is an altered one too. Of it only the middle is seen.
    """

    window_bits: tuple[int, int] = (12, 14)
    half_bits: tuple[int, int] = (8, 10)
    turned_bits: tuple[int, int] = (10, 12)
    min_fit: float = 0.5
    min_colour: float = 0.9
    min_detail: float = 0.8
    min_shared: float = 0.3
    min_turned: float = 0.5


class Pair(NamedTuple):
    """Two images that show the same photograph.

    Attributes:
        a, b: places in the `Fingerprints`.
        kind: of copy.
        similarity: after the one was laid over the other; all 1 for exact copies.
        mirrored: whether the one is seen in a mirror.
        angle: by how many degrees it was turned, in steps of 5.
    """

    a: int
    b: int
    kind: Kind
    similarity: Similarity
    mirrored: bool = False
    angle: int = 0


@dataclass(frozen=True)
class Duplicates:
    """Groups of N images: int64 (N,) each, images with the same number belong together.

    Attributes:
        exact: the files are the same, byte by byte.
        near: also near-duplicates.
        altered: also altered copies: a part changed, or turned by more than a few degrees. What is to be kept out of
            other splits goes by this one.
        pairs: those that made the groups. Within a group not every pair is compared.
    """

    exact: NDArray[np.int64]
    near: NDArray[np.int64]
    altered: NDArray[np.int64]
    pairs: list[Pair]


def find_duplicates(
    prints: Fingerprints,
    options: DuplicateOptions | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Duplicates:
    """Find exact copies by checksum, and near and altered ones by hashes confirmed pixel by pixel.

    Args:
        prints: of N images.
        options: thresholds.
        progress: called with the number of candidate pairs done and of all.
    """
    options = options or DuplicateOptions()
    exact = Groups(len(prints))
    pairs = list(_exact_pairs(prints))
    for pair in pairs:
        exact.join(pair.a, pair.b)
    near, altered = exact.copy(), exact.copy()
    candidates = _candidates(prints, exact, options)
    for number in range(len(candidates)):
        a, b = int(candidates.whole[number]), int(candidates.part[number])
        turned = VIEW_PAIRS[candidates.view_pair[number]].kind == "turned"
        known = altered if turned else near
        if known.root(a) != known.root(b):
            pair_found = _confirm(prints, candidates, number, options)
            if pair_found is not None:
                pairs.append(pair_found)
                altered.join(a, b)
                if pair_found.kind == "near":
                    near.join(a, b)
        if progress:
            progress(number + 1, len(candidates))
    return Duplicates(exact.numbers(), near.numbers(), altered.numbers(), pairs)


def _exact_pairs(prints: Fingerprints) -> Iterable[Pair]:
    first: dict[str, int] = {}
    for number, md5 in enumerate(prints.md5.tolist()):
        if md5 in first:
            yield Pair(first[md5], number, "exact", Similarity(1.0, 1.0, 1.0))
        else:
            first[md5] = number


def _candidates(prints: Fingerprints, exact: Groups, options: DuplicateOptions) -> Candidates:
    """Of exact copies only the first takes part."""
    numbers = exact.numbers()
    detailed = grey(prints.thumbs).std(axis=(1, 2)) > _FLAT
    first = np.zeros(len(prints), bool)
    first[np.unique(numbers, return_index=True)[1]] = True
    limits = {"window": options.window_bits, "half": options.half_bits, "turned": options.turned_bits}
    return find_candidates(hash_views(prints.thumbs, prints.sizes), detailed & first, limits)


def _confirm(prints: Fingerprints, candidates: Candidates, number: int, options: DuplicateOptions) -> Pair | None:
    a, b = int(candidates.whole[number]), int(candidates.part[number])
    view_pair = VIEW_PAIRS[candidates.view_pair[number]]
    width, height = prints.sizes[b].tolist()
    similarity = compare(prints.thumbs[a], prints.thumbs[b], view_pair, (width, height), options.min_fit)
    mirrored, angle = view_pair.part.mirrored, view_pair.part.angle
    whole = similarity.colour >= options.min_colour and similarity.detail >= options.min_detail
    if whole and not angle:
        return Pair(a, b, "near", similarity, mirrored)
    if similarity.shared >= (options.min_turned if angle else options.min_shared):
        return Pair(a, b, "altered", similarity, mirrored, angle)
    return None
