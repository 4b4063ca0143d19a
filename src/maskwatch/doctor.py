"""A look at the installation: versions, the OpenCV wheel, models, cameras and codecs."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata

from maskwatch import __version__
from maskwatch.errors import MaskWatchError

PACKAGES = ("numpy", "onnxruntime", "av", "pillow", "typer", "pydantic")
CV2_WHEELS = (
    "opencv-python",
    "opencv-python-headless",
    "opencv-contrib-python",
    "opencv-contrib-python-headless",
)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        topic: what was looked at.
        text: what was found, and when it is not well, what to do.
        well: False when MaskWatch cannot work as it should.
    """

    topic: str
    text: str
    well: bool = True


def examine() -> list[Finding]:
    """Look at everything; nothing here raises for what it finds."""
    return [*_versions(), opencv(installed_version), _model(), _cameras(), _codecs()]


def installed_version(package: str) -> str | None:
    """The version of an installed package; None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def opencv(version_of: Callable[[str], str | None]) -> Finding:
    """Exactly one wheel may own the ``cv2`` folder: of two, the last one installed breaks the other."""
    found = {name: version for name in CV2_WHEELS if (version := version_of(name)) is not None}
    named = ", ".join(f"{name} {version}" for name, version in found.items())
    if len(found) > 1:
        remove = " ".join(found)
        return Finding(
            "opencv",
            f"{len(found)} wheels share one cv2 folder ({named}); run: pip uninstall -y {remove} && "
            "pip install --force-reinstall --no-deps 'opencv-python-headless>=4.12,<5'",
            well=False,
        )
    if not found:
        return Finding("opencv", "no cv2 wheel; run: pip install 'opencv-python-headless>=4.12,<5'", well=False)
    major = int(next(iter(found.values())).split(".")[0])
    if major >= 5:
        return Finding("opencv", f"{named} is too new; run: pip install 'opencv-python-headless>=4.12,<5'", well=False)
    return Finding("opencv", named)


def _versions() -> list[Finding]:
    findings = [Finding("maskwatch", f"{__version__}, Python {platform.python_version()}, {platform.platform()}")]
    for package in PACKAGES:
        version = installed_version(package)
        text = version or f"not installed; run: pip install {package}"
        findings.append(Finding(package, text, well=version is not None))
    return findings


def _model() -> Finding:
    from maskwatch.detect import load_detector
    from maskwatch.detect.card import scales_text

    try:
        card = load_detector(threads=1).card
    except MaskWatchError as error:
        return Finding("model", str(error), well=False)
    return Finding("model", f"{card.name}, {card.parameters:,} parameters, input {scales_text(card.scales)} px")


def _cameras() -> Finding:
    from maskwatch.sources.camera import list_cameras

    found = list_cameras()
    return Finding("cameras", ", ".join(str(camera) for camera in found) or "none found")


def _codecs() -> Finding:
    import av

    wanted = {"reads H.264": ("h264", "r"), "reads H.265": ("hevc", "r"), "writes H.264": ("libx264", "w")}
    missing = []
    for name, (codec, mode) in wanted.items():
        try:
            av.codec.Codec(codec, mode)  # type: ignore[arg-type]
        except ValueError:
            missing.append(name)
    if missing:
        return Finding("codecs", f"cannot: {', '.join(missing)}; reinstall av from its wheel", well=False)
    return Finding("codecs", ", ".join(wanted))
