"""Valid and invalid image files in memory."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image as pil

from maskwatch.frames import Image


def encoded(image: Image, kind: str = "PNG", **options: object) -> bytes:
    content = io.BytesIO()
    pil.fromarray(image).save(content, kind, **options)
    return content.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG file that declares this size and contains only a few rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
