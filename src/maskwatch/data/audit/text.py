"""The audit as text."""

from __future__ import annotations

from collections.abc import Iterator

from maskwatch.data.audit.leakage import Crossing
from maskwatch.data.audit.report import Audit
from maskwatch.data.audit.statistics import SMALL_FACE, SizeSummary
from maskwatch.detections import STATE_NAMES

_KIND_WORDS = {
    "exact": "exact copies",
    "near": "and near-duplicates",
    "altered": "and altered copies",
}


def audit_lines(audit: Audit) -> list[str]:
    """The audit as lines of text, with the most important result last, next to the prompt."""
    parts = (_counts(audit), _sizes(audit), _copies(audit), _across(audit), ["", audit.random_split.line])
    return [line for part in parts for line in part]


def _counts(audit: Audit) -> Iterator[str]:
    unreadable, statistics = audit.images - audit.readable, audit.statistics
    yield f"{audit.name}: {audit.images:,} images" + (f", {unreadable} of them unreadable" if unreadable else "")
    header = "".join(f"{name:>18}" for name in STATE_NAMES)
    yield f"{'split':<14}{'images':>9}{header}"
    rows = statistics.faces | ({"total": statistics.total} if len(statistics.faces) > 1 else {})
    for split, faces in rows.items():
        images = statistics.images.get(split, audit.images)
        yield f"{split:<14}{images:>9,}" + "".join(f"{faces[name]:>18,}" for name in STATE_NAMES)
    present = [name for name in STATE_NAMES if statistics.total[name]]
    if len(present) == 1:
        yield f"Only one class ({present[0]}): a classifier needs at least two."
    elif present:
        yield f"Balance: {statistics.balance:g} faces of the most frequent class per face of the rarest."


def _sizes(audit: Audit) -> Iterator[str]:
    yield ""
    yield f"Shorter side of the images: {_spread(audit.image_size)}"
    boxes = audit.boxes
    if boxes is None:
        return
    for name, size in boxes.face_size.items():
        if size.count:
            yield f"Shorter side of {name}: {_spread(size)}; {boxes.small[name]:,} below {SMALL_FACE} px"
    remarks = {
        "images without a labelled face": boxes.empty_images,
        "images in which incorrect wearing was not labelled (2class)": boxes.two_class_images,
        "images with boxes that are loose or from a detector": boxes.untight_images,
        "ignore regions": boxes.ignored,
        "boxes that extend beyond the image": boxes.outside,
        "images whose size differs from the annotation": len(boxes.resized),
    }
    yield from (f"{number:,} {what}" for what, number in remarks.items() if number)
    yield from boxes.resized[:10]


def _spread(size: SizeSummary) -> str:
    return (
        f"median {size.median:g} px, 5th to 95th percentile {size.low:g} to {size.high:g}, range {size.smallest:g} to "
        f"{size.largest:g}"
    )


def _copies(audit: Audit) -> Iterator[str]:
    yield ""
    for kind, counts in audit.copies.items():
        groups = f"{counts.groups:,} group{'' if counts.groups == 1 else 's'} (largest {counts.largest:,})"
        distinct = f"{counts.distinct:,} distinct photographs"
        yield f"{_KIND_WORDS[kind]:<22}{counts.images:>7,} images in {groups}, {distinct}"


def _across(audit: Audit) -> Iterator[str]:
    for what, crossings in (
        ("splits", audit.across_splits),
        ("classes", audit.across_classes),
        ("sources", audit.across_sources),
    ):
        if crossings:
            yield ""
            yield f"Across {what}:"
            yield from map(_crossing, crossings)


def _crossing(crossing: Crossing) -> str:
    return (
        f"  {crossing.near:,} of {crossing.images:,} {crossing.part} images with a near-duplicate in {crossing.other} "
        f"({crossing.exact:,} exact; {crossing.altered:,} with altered copies)"
    )
