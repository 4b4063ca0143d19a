from __future__ import annotations

import numpy as np
import pytest

from image_files import encoded, png_header
from maskwatch.app.images import Upload
from maskwatch.demo.drawn import drawn_people


@pytest.fixture(scope="session")
def people() -> Upload:
    """Three drawn people, one in each state."""
    return Upload("people.png", encoded(drawn_people().image))


@pytest.fixture(scope="session")
def unmasked() -> Upload:
    """One drawn person without a mask, as JPEG."""
    return Upload("unmasked.jpg", encoded(np.ascontiguousarray(drawn_people().image[:, 640:]), "JPEG", quality=92))


@pytest.fixture(scope="session")
def wall() -> Upload:
    """Nobody."""
    grey = np.random.default_rng(0).integers(90, 110, (240, 320, 3), dtype=np.uint8)
    return Upload("wall.png", encoded(grey))


@pytest.fixture(scope="session")
def bad_uploads() -> dict[str, Upload]:
    """Files that cannot be read, by what is wrong with them."""
    return {
        "text": Upload("holiday.jpg", b"These are my holiday images.\n" * 20),
        "bomb": Upload("bomb.png", png_header(50_000, 50_000)),
        "heic": Upload("phone.jpg", b"\0\0\0\x18ftypheic" + bytes(3000)),
        "large": Upload("large.png", png_header(12_000, 9_000)),
    }
