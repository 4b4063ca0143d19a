from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from commands import QUICK, Command, Outcome
from maskwatch.cli import OK, main
from maskwatch.frames import Image as ImageArray
from mounts import mounted


@pytest.fixture
def maskwatch(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs the command line in this process; an unexpected exception fails the test."""

    def run(*arguments: str | Path) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["maskwatch", *map(str, arguments)])
        capfd.readouterr()
        status = OK
        try:
            main()
        except SystemExit as exit_:
            status = int(exit_.code or OK)
        printed = capfd.readouterr()
        return Outcome(status, printed.out, printed.err)

    return run


@pytest.fixture
def detect(maskwatch: Command) -> Command:
    """Runs ``maskwatch detect``, quickly."""
    return lambda *arguments: maskwatch("detect", *QUICK, *arguments)


@pytest.fixture(scope="session")
def portrait() -> ImageArray:
    """RGB uint8 (512, 512, 3): one unmasked face, at ``maskwatch.demo.FACE``."""
    pytest.importorskip("skimage", reason="the demo image needs the extra: pip install 'maskwatch[demo]'")
    from maskwatch.demo import demo_images

    return demo_images()[0].image


@pytest.fixture
def folder(tmp_path: Path, portrait: ImageArray) -> Path:
    """A folder with one good image, ``good.png``."""
    made = tmp_path / "in"
    made.mkdir()
    Image.fromarray(portrait).save(made / "good.png")
    return made


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A folder that not even root can write to."""
    place = tmp_path / "read-only"
    place.mkdir()
    if sys.platform == "win32":
        pytest.skip("needs folders that forbid writing")
    if os.geteuid() != 0:
        place.chmod(0o555)
        yield place
        place.chmod(0o755)
        return
    with mounted(place, "ro,size=64k"):  # root may write everywhere else
        yield place
