"""All models that MaskWatch knows of: shipped, fetched, and those that can be fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from maskwatch.weights import shipped_classifiers, shipped_models
from maskwatch.weights.cache import fetched_files
from maskwatch.weights.catalogue import REMOTE

Kind = Literal["detector", "classifier", "face detector"]
State = Literal["shipped", "fetched", "not fetched"]


@dataclass(frozen=True)
class KnownModel:
    """A model, and whether it is here.

    Attributes:
        name: as users write it.
        kind: "detector" (faces and masks), "classifier" (the mask of one face) or "face detector".
        state: "shipped" with the package, "fetched", or "not fetched".
        licence: as its publisher states it.
        size: in bytes.
        what: a few words on it.
        paths: its files; none when it is not here.
        origin: the publisher's page; empty for our own.
    """

    name: str
    kind: Kind
    state: State
    licence: str
    size: int
    what: str
    paths: tuple[Path, ...] = ()
    origin: str = ""


def known_models() -> list[KnownModel]:
    """Our own models, then those of others."""
    found = [_shipped(name, "detector", path) for name, path in shipped_models().items()]
    found += [_shipped(name, "classifier", path) for name, path in shipped_classifiers().items()]
    for model in REMOTE.values():
        paths = fetched_files(model) or ()
        state: State = "fetched" if paths else "not fetched"
        found.append(
            KnownModel(model.name, "face detector", state, model.licence, model.size, model.what, paths, model.origin)
        )
    return found


def _shipped(name: str, kind: Kind, path: Path) -> KnownModel:
    from maskwatch.detect.card import scales_text
    from maskwatch.detect.session import read_card

    card = read_card(path)
    what = f"{card.parameters:,} parameters, {scales_text(card.scales)} px, {len(card.classes)} states"
    return KnownModel(name, kind, "shipped", card.licence, path.stat().st_size, what, (path,))
