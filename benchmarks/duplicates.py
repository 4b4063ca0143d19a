"""How well duplicates are detected: recall on planted duplicates, and contact sheets of confirmed pairs.

    python benchmarks/duplicates.py twins DATA            recall for each kind of planted duplicate
    python benchmarks/duplicates.py sheets DATA... OUT    pairs as images, the least similar first

DATA is a folder of class folders, or a data set with boxes.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image as pil
from PIL import ImageDraw

from maskwatch.data.audit.duplicates import Pair, find_duplicates
from maskwatch.data.audit.fingerprints import fingerprint
from maskwatch.data.collection import read_collection
from maskwatch.errors import SourceError
from maskwatch.frames import Image
from maskwatch.images import read_image

TWINS, SEED = 500, 0
Twin = Callable[[Image, np.random.Generator], Image]


def jpeg(image: Image, quality: int) -> Image:
    content = io.BytesIO()
    pil.fromarray(image).save(content, "JPEG", quality=quality)
    return np.asarray(pil.open(content).convert("RGB"))


def lit(image: Image, factor: float) -> Image:
    return np.clip(image.astype(np.float32) * factor, 0, 255).astype(np.uint8)


def cropped(image: Image, random: np.random.Generator) -> Image:
    """A random crop of 90 % of the width and height."""
    height, width = image.shape[:2]
    h, w = round(height * 0.9), round(width * 0.9)
    y, x = random.integers(0, height - h + 1), random.integers(0, width - w + 1)
    return image[y : y + h, x : x + w]


def cut_side(image: Image, random: np.random.Generator) -> Image:
    """A tenth cut off one side."""
    height, width = image.shape[:2]
    sides = (image[height // 10 :], image[: -(height // 10)], image[:, width // 10 :], image[:, : -(width // 10)])
    return sides[random.integers(4)]


def cut_all(image: Image) -> Image:
    """A tenth cut off every side."""
    height, width = image.shape[:2]
    return image[height // 10 : -(height // 10), width // 10 : -(width // 10)]


def everything(image: Image, random: np.random.Generator) -> Image:
    return lit(jpeg(np.ascontiguousarray(cropped(image[:, ::-1], random)), 40), random.choice([0.8, 1.2]))


WAYS: dict[str, Twin] = {
    "mirror": lambda image, _: image[:, ::-1],
    "JPEG quality 40": lambda image, _: jpeg(image, 40),
    "random crop to 90 %": cropped,
    "a tenth off one side": cut_side,
    "a tenth off every side": lambda image, _: cut_all(image),
    "20 % darker": lambda image, _: lit(image, 0.8),
    "20 % lighter": lambda image, _: lit(image, 1.2),
    "all combined": everything,
}


def twins(data: Path) -> None:
    paths = np.array(read_collection([data], problems=[]).paths)
    random = np.random.default_rng(SEED)
    chosen = []
    for path in random.permutation(paths):
        try:
            chosen.append((path, read_image(path)))
        except SourceError:
            continue
        if len(chosen) == TWINS:
            break
    with tempfile.TemporaryDirectory() as folder:
        for name, way in WAYS.items():
            made = []
            for number, (_, image) in enumerate(chosen):
                made.append(Path(folder) / f"{number}.jpg")
                pil.fromarray(np.ascontiguousarray(way(image, random))).save(made[-1], quality=90)
            groups = find_duplicates(fingerprint([*(path for path, _ in chosen), *made])).near
            print(f"{name:<24} {np.mean(groups[: len(chosen)] == groups[len(chosen) :]):.3f}", flush=True)


def sheets(data: list[Path], out: Path, each: int = 60, columns: int = 5, side: int = 104) -> None:
    prints = fingerprint(read_collection(data, problems=[]).paths)
    found = [pair for pair in find_duplicates(prints).pairs if pair.kind != "exact"]
    found.sort(
        key=lambda pair: (
            pair.kind,
            not pair.angle,
            pair.similarity.shared if pair.kind == "altered" else pair.similarity.detail,
        )
    )
    out.mkdir(parents=True)
    for start in range(0, len(found), each):
        page = found[start : start + each]
        sheet = pil.new("RGB", (columns * (2 * side + 12), -(-len(page) // columns) * (side + 16)), "white")
        for number, pair in enumerate(page):
            x, y = number % columns * (2 * side + 12), number // columns * (side + 16)
            draw_pair(sheet, x, y, side, f"{start + number}", pair, [prints.paths[pair.a], prints.paths[pair.b]])
        sheet.save(out / f"{start:05d}.png")
    print(f"{len(found)} pairs in {out}; {len({p.a for p in found} | {p.b for p in found})} images")


def draw_pair(sheet: pil.Image, x: int, y: int, side: int, title: str, pair: Pair, paths: list[Path]) -> None:
    similarity = " ".join(f"{value:.2f}" for value in pair.similarity)
    ImageDraw.Draw(sheet).text((x, y + 2), f"{title} {pair.kind} {similarity} {pair.angle or ''}", fill="black")
    for column, path in enumerate(paths):
        thumb = pil.fromarray(read_image(path))
        thumb.thumbnail((side, side))
        sheet.paste(thumb, (x + column * side, y + 16))


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "twins":
        twins(Path(sys.argv[2]))
    elif len(sys.argv) > 3 and sys.argv[1] == "sheets":
        sheets([Path(name) for name in sys.argv[2:-1]], Path(sys.argv[-1]))
    else:
        sys.exit(__doc__)
