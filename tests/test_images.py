from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as pil

from maskwatch.errors import ImageDecodeError, SourceError
from maskwatch.images import MAX_PIXELS, read_image


def _plain(height: int = 97, width: int = 131) -> np.ndarray:
    """An image with different corners and edges: ramps in red and green, and a mark off the centre."""
    y, x = np.mgrid[0:height, 0:width]
    plain = np.stack([x * 255 // (width - 1), y * 255 // (height - 1), np.full_like(x, 90)], -1).astype(np.uint8)
    plain[20:40, 10:60] = (200, 10, 10)
    return plain


PLAIN = _plain()
GREY = np.asarray(pil.fromarray(PLAIN).convert("L"))


def _encoded(image: pil.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _difference(a: np.ndarray, b: np.ndarray) -> int:
    assert a.shape == b.shape
    return int(np.abs(a.astype(int) - b.astype(int)).max())


@pytest.mark.parametrize(
    ("kind", "options", "tolerance"),
    [
        ("PNG", {}, 0),
        ("BMP", {}, 0),
        ("TIFF", {}, 0),
        ("TIFF", {"compression": "tiff_lzw"}, 0),
        ("WEBP", {"lossless": True}, 0),
        ("JPEG", {"quality": 95, "subsampling": 0}, 20),
        ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}, 20),
        ("AVIF", {"quality": 95, "subsampling": "4:4:4"}, 20),
    ],
)
def test_each_format_gives_the_pixels(kind: str, options: dict[str, object], tolerance: int, tmp_path: Path) -> None:
    data = _encoded(pil.fromarray(PLAIN), kind, **options)
    (tmp_path / "image").write_bytes(data)
    decoded = read_image(data)
    assert _difference(decoded, PLAIN) <= tolerance
    assert np.array_equal(decoded, read_image(tmp_path / "image"))
    assert np.array_equal(decoded, read_image(str(tmp_path / "image")))
    assert decoded.dtype == np.uint8
    assert decoded.flags.c_contiguous
    assert decoded.flags.writeable


@pytest.mark.parametrize(("kind", "options"), [("TIFF", {}), ("JPEG", {"quality": 100, "subsampling": 0})])
def test_cmyk_is_its_rgb_twin(kind: str, options: dict[str, object]) -> None:
    data = _encoded(pil.fromarray(PLAIN).convert("CMYK"), kind, **options)
    with pil.open(io.BytesIO(data)) as stored:
        assert stored.mode == "CMYK"
    assert _difference(read_image(data), PLAIN) <= 20


def test_inverted_cmyk_jpeg_is_its_rgb_twin() -> None:
    """Photoshop stores CMYK JPEG files inverted, with a marker. Like browsers, we invert those without it too."""
    marked = _encoded(pil.fromarray(PLAIN).convert("CMYK"), "JPEG", quality=100, subsampling=0)
    start = marked.index(b"\xff\xee")
    assert marked[start + 4 : start + 9] == b"Adobe"
    end = start + 2 + struct.unpack(">H", marked[start + 2 : start + 4])[0]
    assert _difference(read_image(marked), PLAIN) <= 20
    assert _difference(read_image(marked[:start] + marked[end:]), PLAIN) <= 20


def _png(width: int, height: int, bits: int, colour: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_16_bit_colour_png_keeps_the_upper_byte() -> None:
    wide = (PLAIN.astype(">u2") << 8 | 0x7F).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in wide)
    data = _png(PLAIN.shape[1], PLAIN.shape[0], 16, 2, rows)
    assert np.array_equal(read_image(data), PLAIN)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_grey_keeps_the_upper_byte(kind: str) -> None:
    wide = GREY.astype(np.uint16) << 8 | 0x7F
    data = _encoded(pil.fromarray(wide), kind)
    with pil.open(io.BytesIO(data)) as stored:
        assert stored.mode.startswith("I;16")
    assert np.array_equal(read_image(data), np.repeat(GREY[..., None], 3, axis=2))


@pytest.mark.parametrize(
    "values",
    [
        GREY.astype(np.int32),
        GREY.astype(np.int32) * 257,
        GREY.astype(np.float32),
        GREY.astype(np.float32) / 255,
    ],
    ids=["small whole numbers", "wide whole numbers", "floats to 255", "floats to 1"],
)
def test_32_bit_tiff_is_its_8_bit_twin(values: np.ndarray) -> None:
    data = _encoded(pil.fromarray(values), "TIFF")
    assert np.array_equal(read_image(data), np.repeat(GREY[..., None], 3, axis=2))


def test_floats_that_are_no_number_are_black() -> None:
    values = np.full((4, 4), 200, np.float32)
    values[0, 0] = np.nan
    assert (
        read_image(_encoded(pil.fromarray(values), "TIFF"))[..., 0].tolist() == [[0, 200, 200, 200]] + [[200] * 4] * 3
    )


def test_grey_and_one_bit_become_rgb() -> None:
    assert np.array_equal(read_image(_encoded(pil.fromarray(GREY), "PNG")), np.repeat(GREY[..., None], 3, axis=2))
    bits = GREY > 128
    for kind in ("PNG", "TIFF", "BMP"):
        decoded = read_image(_encoded(pil.fromarray(bits), kind))
        assert np.array_equal(decoded, np.repeat(np.where(bits, 255, 0)[..., None], 3, axis=2))


def test_transparent_parts_are_placed_on_white() -> None:
    alpha = np.full(GREY.shape, 255, np.uint8)
    alpha[50:, :] = 0
    expected = PLAIN.copy()
    expected[50:] = 255
    rgba = pil.fromarray(np.dstack([PLAIN, alpha]))
    assert np.array_equal(read_image(_encoded(rgba, "PNG")), expected)
    assert np.array_equal(read_image(_encoded(rgba, "WEBP", lossless=True)), expected)

    grey = np.repeat(GREY[..., None], 3, axis=2).copy()
    grey[50:] = 255
    assert np.array_equal(read_image(_encoded(pil.fromarray(np.dstack([GREY, alpha]), "LA"), "PNG")), grey)


def test_palette_with_alpha_is_its_rgb_twin() -> None:
    colours = [(200, 10, 10), (10, 200, 10), (10, 10, 200)]
    places = np.arange(12).reshape(3, 4) % 3
    image = pil.fromarray(places.astype(np.uint8), "P")
    image.putpalette([channel for colour in colours for channel in colour])
    expected = np.array(colours, np.uint8)[places]
    assert np.array_equal(read_image(_encoded(image, "PNG")), expected)

    expected[places == 1] = 255
    assert np.array_equal(read_image(_encoded(image, "PNG", transparency=1)), expected)
    assert np.array_equal(read_image(_encoded(image, "GIF", transparency=1)), expected)

    expected[places == 0] = np.rint(np.array(colours[0]) * 100 / 255 + 255 * 155 / 255)
    half = _encoded(image, "PNG", transparency=bytes([100, 0, 255]))
    assert _difference(read_image(half), expected) <= 1


def _stored_as(orientation: int, upright: np.ndarray) -> np.ndarray:
    """The stored pixels of an upright image, by the table of EXIF 2.3, 4.6.4 A."""
    return {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP", "JPEG"])
def test_exif_orientations_give_the_upright_image(kind: str, orientation: int) -> None:
    exif = pil.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(_stored_as(orientation, PLAIN))
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 100, "subsampling": 0}}.get(kind, {})
    data = _encoded(pil.fromarray(stored), kind, exif=exif, **options)
    assert _difference(read_image(data), PLAIN) <= (6 if kind == "JPEG" else 0)
    if kind != "TIFF":
        as_stored = read_image(data, apply_orientation=False)
        assert _difference(as_stored, stored) <= (6 if kind == "JPEG" else 0)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_invalid_orientation_is_ignored(orientation: int) -> None:
    exif = pil.Exif()
    exif[0x0112] = orientation
    assert np.array_equal(read_image(_encoded(pil.fromarray(PLAIN), "PNG", exif=exif)), PLAIN)


def test_broken_exif_does_not_cost_the_image() -> None:
    data = _encoded(pil.fromarray(PLAIN), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert np.array_equal(read_image(data), PLAIN)


def test_a_pil_image_is_decoded() -> None:
    assert np.array_equal(read_image(pil.fromarray(PLAIN)), PLAIN)
    premultiplied = pil.fromarray(np.dstack([GREY, np.full_like(GREY, 255)]), "LA").convert("La")
    assert np.array_equal(read_image(premultiplied), np.repeat(GREY[..., None], 3, axis=2))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_an_animation_gives_its_first_frame(kind: str) -> None:
    red, blue = (pil.new("RGB", (20, 10), colour) for colour in ("red", "blue"))
    options = {"lossless": True} if kind == "WEBP" else {}
    data = _encoded(red, kind, save_all=True, append_images=[blue], **options)
    assert np.array_equal(read_image(data), np.full((10, 20, 3), (255, 0, 0)))


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (4000, 1)])
def test_odd_sizes_decode(size: tuple[int, int]) -> None:
    for kind in ("PNG", "JPEG"):
        assert read_image(_encoded(pil.new("RGB", size), kind)).shape == (size[1], size[0], 3)


def _lone(error: pytest.ExceptionInfo[SourceError], name: str) -> None:
    text = str(error.value)
    assert name in text
    assert "\n" not in text


def test_a_missing_file_or_a_folder_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path / "none.jpg", tmp_path, tmp_path / "nul\0.jpg"):
        with pytest.raises(SourceError, match=r"cannot be opened|not a regular file") as error:
            read_image(path)
        _lone(error, str(path))
        assert not isinstance(error.value, ImageDecodeError)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(SourceError, match="not a regular file"):
        read_image(tmp_path / "pipe.jpg")


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "empty file"), (b"These are my holiday images.\n", "not a whole image"), (b"\xff\xd8\xff", ".")],
)
def test_files_that_are_no_image_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(content)
    with pytest.raises(ImageDecodeError, match=message) as error:
        read_image(path)
    _lone(error, "holiday.jpg")


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_heic_is_named_and_says_what_to_do(brand: bytes) -> None:
    with pytest.raises(ImageDecodeError, match=r"^holiday: a HEIC image, .*export it as JPEG"):
        read_image(b"\0\0\0\x18ftyp" + brand + bytes(200), name="holiday")


def test_a_lower_limit_on_pixels_holds() -> None:
    content = io.BytesIO()
    pil.new("RGB", (40, 30)).save(content, "PNG")
    assert read_image(content.getvalue(), max_pixels=1200).shape == (30, 40, 3)
    with pytest.raises(ImageDecodeError, match=r"^small: 40 x 30 pixels, over the limit of 1,199; make it smaller"):
        read_image(content.getvalue(), name="small", max_pixels=1199)


def test_formats_that_are_not_allowed_are_refused() -> None:
    for kind in ("PPM", "TGA", "ICO", "PCX"):
        with pytest.raises(ImageDecodeError):
            read_image(_encoded(pil.fromarray(PLAIN), kind))


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("PNG", {}), ("WEBP", {}), ("GIF", {}), ("TIFF", {}), ("AVIF", {})],
)
def test_truncated_files_are_refused(kind: str, options: dict[str, object], share: float) -> None:
    data = _encoded(pil.fromarray(PLAIN), kind, **options)
    with pytest.raises(ImageDecodeError) as error:
        read_image(data[: int(len(data) * share)])
    _lone(error, "image")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_not_even_the_last_byte_may_be_missing(kind: str) -> None:
    data = _encoded(pil.fromarray(PLAIN), kind)
    for missing in (1, 2, 8, 12, 16, 20):
        with pytest.raises(ImageDecodeError):
            read_image(data[:-missing])
    assert read_image(data + b"more").shape == PLAIN.shape


@pytest.mark.parametrize("side", [13_378, 50_000])
def test_huge_headers_are_refused_before_decoding(side: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = _png(side, side, 8, 2, b"")
    with pytest.raises(ImageDecodeError, match=rf"{MAX_PIXELS:,}"):
        read_image(data)
    monkeypatch.setattr(pil, "MAX_IMAGE_PIXELS", None)  # another part of the program has lifted Pillow's own limit
    with pytest.raises(ImageDecodeError, match=f"{side} x {side} pixels, over the limit"):
        read_image(data)


def test_a_png_text_bomb_is_refused() -> None:
    plain = _encoded(pil.fromarray(PLAIN), "PNG")
    text = b"Comment\0\0" + zlib.compress(b"a" * 5_000_000)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    with pytest.raises(ImageDecodeError):
        read_image(plain[:33] + chunk + plain[33:])


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(ImageDecodeError) as error:
        read_image(data)
    assert "\n" not in str(error.value)


SMALL = pil.fromarray(_plain(48, 64))
VALID = {
    "JPEG": _encoded(SMALL, "JPEG", exif=pil.Exif()),
    "PNG": _encoded(SMALL, "PNG"),
    "GIF": _encoded(SMALL, "GIF"),
    "WEBP": _encoded(SMALL, "WEBP"),
    "TIFF": _encoded(SMALL, "TIFF", compression="tiff_lzw"),
    "BMP": _encoded(SMALL, "BMP"),
    "AVIF": _encoded(SMALL, "AVIF"),
}


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(VALID)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
    st.floats(0.2, 1),
)
def test_corrupted_images_decode_or_are_refused(kind: str, hits: list[tuple[float, int]], kept: float) -> None:
    data = bytearray(VALID[kind])
    for place, value in hits:
        data[int(place * (len(data) - 1))] = value
    try:
        image = read_image(bytes(data[: int(len(data) * kept)]))
    except ImageDecodeError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert image.dtype == np.uint8
        assert image.ndim == 3
        assert image.shape[2] == 3
