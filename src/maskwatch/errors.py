"""The errors of MaskWatch. Every message says what to do next."""

from __future__ import annotations


class MaskWatchError(Exception):
    """Base of all errors that a user can fix. The text is one line, ready to be shown."""


class UsageError(MaskWatchError):
    """Options that contradict each other, or a value out of range."""


class SourceError(MaskWatchError):
    """An image, folder, video or camera that cannot be opened or read."""


class ImageDecodeError(SourceError):
    """Bytes that are not a complete image in a supported format."""


class ModelError(MaskWatchError):
    """A model file that is missing, damaged or not made for MaskWatch."""


class DownloadError(MaskWatchError):
    """A file that could not be downloaded, or differs from the published one."""


class DataError(MaskWatchError):
    """A data set with unusable annotations."""


class SinkError(MaskWatchError):
    """A result that cannot be written to its target."""


class MissingExtraError(MaskWatchError):
    """An optional dependency that is not installed.

    Args:
        extra: the extra of the ``maskwatch`` package that installs it.
        purpose: what needs it, as the subject of the sentence.
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
    """The error for a failed import of an optional dependency; None for other failures."""
    package = (error.name or "").split(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    return MissingExtraError(_EXTRA_OF[package], "This command") if package in _EXTRA_OF else None
