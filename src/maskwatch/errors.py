"""Errors that MaskWatch raises on purpose; every message says what to do next."""

from __future__ import annotations


class MaskWatchError(Exception):
    """Base of all errors that a user can fix. Its text is one line, fit to be shown as it is."""


class UsageError(MaskWatchError):
    """Options that do not fit together, or a value out of range."""


class SourceError(MaskWatchError):
    """An image, folder, video or camera that cannot be opened or read."""


class ImageDecodeError(SourceError):
    """Bytes that are not a complete image in a format we read."""


class ModelError(MaskWatchError):
    """A model file that is missing, damaged or not made for MaskWatch."""


class DownloadError(MaskWatchError):
    """A file that could not be fetched, or is not what was published."""


class DataError(MaskWatchError):
    """A data set whose annotations cannot be used as they are."""


class SinkError(MaskWatchError):
    """A result that cannot be written where it was asked for."""


class MissingExtraError(MaskWatchError):
    """An optional dependency that is not installed.

    Args:
        extra: name of the extra of the ``maskwatch`` package that brings it.
        purpose: what it is needed for, as the start of the sentence.
    """

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__(f"{purpose} needs an optional part: pip install 'maskwatch[{extra}]'")
        self.extra = extra


_EXTRA_OF = {
    "keras": "train",
    "tensorflow": "train",
    "onnx": "train",
    "tf2onnx": "train",
    "matplotlib": "evaluate",
    "skimage": "demo",
    "streamlit": "app",
    "prometheus_client": "watch",
    "paho": "watch",
    "apprise": "watch",
}


def missing_extra(error: BaseException) -> MissingExtraError | None:
    """What to say when an import failed because an optional dependency is not installed; None for other failures."""
    package = (error.name or "").split(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return MissingExtraError(_EXTRA_OF[package], "This command") if package in _EXTRA_OF else None
