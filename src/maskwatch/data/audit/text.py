"""An audit as lines of text."""

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
    """The findings, most important last, where a terminal shows them."""
    parts = (_counts(audit), _sizes(audit), _copies(audit), _across(audit), ["", audit.random_split.line])
    return [line for part in parts for line in part]


def _counts(audit: Audit) -> Iterator[str]:
    unreadable = audit.images - audit.readable
    yield f"{audit.name}: {audit.images:,} images" + (f", {unreadable} of them cannot be read" if unreadable else "")
    header = "".join(f"{name:>18}" for name in STATE_NAMES)
    yield f"{'split':<14}{'images':>9}{header}"
    rows = {**audit.census.faces, "total": audit.census.total} if len(audit.census.faces) > 1 else audit.census.faces
    for split, faces in rows.items():
        images = audit.census.images.get(split, audit.images)
        yield f"{split:<14}{images:>9,}" + "".join(f"{faces[name]:>18,}" for name in STATE_NAMES)
    present = [name for name in STATE_NAMES if audit.census.total[name]]
    if len(present) == 1:
        yield f"One class only ({present[0]}): a classifier cannot be trained on it alone."
    elif present:
        yield f"Balance: {audit.census.balance:g} of the most frequent class to 1 of the rarest."


def _sizes(audit: Audit) -> Iterator[str]:
    yield ""
    yield f"Shorter side of the images: {_spread(audit.image_size)}"
    boxes = audit.boxes
    if boxes is None:
        return
    for name, size in boxes.face_size.items():
        if size.count:
            yield f"Shorter side of {name}: {_spread(size)}; {boxes.small[name]:,} under {SMALL_FACE} px"
    remarks = {
        "images without a labelled face": boxes.empty_images,
        "images where incorrect wearing was not marked (2class)": boxes.two_class_images,
        "images whose boxes are loose or a detector's": boxes.untight_images,
        "ignored boxes": boxes.ignored,
        "boxes that reach over the border": boxes.outside,
        "images of another size than annotated": len(boxes.resized),
    }
    yield from (f"{number:,} {what}" for what, number in remarks.items() if number)
    yield from boxes.resized[:10]


def _spread(size: SizeSummary) -> str:
    return (
        f"median {size.median:g} px, 90 % of them {size.low:g} to {size.high:g}, all {size.smallest:g} to "
        f"{size.largest:g}"
    )


def _copies(audit: Audit) -> Iterator[str]:
    yield ""
    for kind, counts in audit.copies.items():
        groups = f"{counts.groups:,} group{'' if counts.groups == 1 else 's'} (largest {counts.largest:,})"
        distinct = f"{counts.distinct:,} distinct photographs"
        yield f"{_KIND_WORDS[kind]:<22}{counts.images:>7,} images in {groups}, {distinct}"


def _across(audit: Audit) -> Iterator[str]:
    for what, found in (
        ("splits", audit.across_splits),
        ("classes", audit.across_classes),
        ("sources", audit.across_sources),
    ):
        if found:
            yield ""
            yield f"Across {what}:"
            yield from map(_crossing, found)


def _crossing(found: Crossing) -> str:
    return (
        f"  {found.near:,} of {found.images:,} {found.part} images with a near-duplicate in {found.other} "
        f"({found.exact:,} exact; {found.altered:,} with altered copies)"
    )
