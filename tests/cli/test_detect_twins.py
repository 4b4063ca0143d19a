"""An image stored in an unusual way gives the boxes of the same image stored plainly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.Image import Transpose

from commands import Command, records
from maskwatch.boxes import iou
from maskwatch.cli import OK
from maskwatch.demo import FACE
from maskwatch.frames import Image as ImageArray

ORIENTATION = 0x0112
# how the pixels have to be stored so that the tag turns them upright: the inverse of what the tag asks for
STORED = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_90,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_270,
}
# each writes an image to the first path and its plain twin to the second
Write = Callable[[Image.Image, Path, Path], object]


def cmyk_tiff(image: Image.Image, path: Path, twin: Path) -> None:
    image.convert("CMYK").save(path.with_suffix(".tif"))
    image.save(twin)


def cmyk_jpeg(image: Image.Image, path: Path, twin: Path) -> None:
    image.convert("CMYK").save(path.with_suffix(".jpg"), quality=100, subsampling=0)
    image.save(twin)


def colour_of_16_bits(image: Image.Image, path: Path, twin: Path) -> None:
    bgr = np.asarray(image)[..., ::-1].astype(np.uint16)
    assert cv2.imwrite(str(path), bgr * 257)
    image.save(twin)


def grey_of_16_bits(image: Image.Image, path: Path, twin: Path) -> None:
    grey = image.convert("L")
    assert cv2.imwrite(str(path), np.asarray(grey).astype(np.uint16) * 257)
    grey.save(twin)


def palette_with_alpha(image: Image.Image, path: Path, twin: Path) -> None:
    reduced = image.quantize(255)
    plain = np.array(reduced.convert("RGB"))
    plain[:60, :150] = 255
    Image.fromarray(plain).save(twin)
    palette = reduced.getpalette()
    assert palette is not None
    reduced.putpalette([*palette[: 255 * 3], 255, 0, 255])
    reduced.paste(255, (0, 0, 150, 60))
    reduced.save(path, transparency=255)


def full_alpha(image: Image.Image, path: Path, twin: Path) -> None:
    alpha = np.full((image.height, image.width, 1), 255, np.uint8)
    alpha[:60, :150] = 0
    plain = np.array(image)
    Image.fromarray(np.concatenate([plain, alpha], axis=2)).save(path)
    plain[:60, :150] = 255
    Image.fromarray(plain).save(twin)


def turned(orientation: int, suffix: str) -> Write:
    def write(image: Image.Image, path: Path, twin: Path) -> None:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        stored = image.transpose(STORED[orientation]) if orientation in STORED else image
        stored.save(path.with_suffix(suffix), exif=exif, **({"quality": 100} if suffix == ".jpg" else {}))
        image.save(twin)

    return write


EXACT: dict[str, Write] = {
    "CMYK TIFF": cmyk_tiff,
    "16-bit colour": colour_of_16_bits,
    "16-bit grey": grey_of_16_bits,
    "palette with alpha": palette_with_alpha,
    "alpha": full_alpha,
    **{f"EXIF {number} PNG": turned(number, ".png") for number in range(1, 9)},
}
LOSSY: dict[str, Write] = {
    "CMYK JPEG": cmyk_jpeg,
    **{f"EXIF {number} JPEG": turned(number, ".jpg") for number in range(1, 9)},
}


def boxes_of_twins(write: Write, portrait: ImageArray, folder: Path, detect: Command) -> tuple[list, list]:
    """What is found in a 480 x 512 cut-out of the portrait, so that a turn that is missed shows in the size."""
    (folder / "pair").mkdir()
    write(Image.fromarray(portrait[:, :480]), folder / "pair" / "unusual.png", folder / "pair" / "plain.png")
    outcome = detect(folder / "pair", "--jsonl", folder / "faces.jsonl")
    assert outcome.status == OK
    assert outcome.err == ""
    plain, unusual = records(folder / "faces.jsonl")
    assert plain["source"].endswith("plain.png")
    assert (unusual["width"], unusual["height"]) == (480, 512)
    best = np.array([unusual["detections"][0]["xyxy"]], np.float32)
    assert iou(best, np.array([FACE], np.float32)) >= 0.5
    return plain["detections"], unusual["detections"]


@pytest.mark.parametrize("write", EXACT.values(), ids=EXACT.keys())
def test_the_same_pixels_give_the_same_faces(
    write: Write, portrait: ImageArray, tmp_path: Path, detect: Command
) -> None:
    plain, unusual = boxes_of_twins(write, portrait, tmp_path, detect)
    assert unusual == plain


@pytest.mark.parametrize("write", LOSSY.values(), ids=LOSSY.keys())
def test_nearly_the_same_pixels_give_the_face_at_the_same_place(
    write: Write, portrait: ImageArray, tmp_path: Path, detect: Command
) -> None:
    plain, unusual = boxes_of_twins(write, portrait, tmp_path, detect)
    first, second = (np.array([faces[0]["xyxy"]], np.float32) for faces in (plain, unusual))
    assert iou(first, second) >= 0.85
    assert unusual[0]["class"] == plain[0]["class"]
