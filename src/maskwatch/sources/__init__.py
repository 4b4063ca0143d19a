"""Where frames come from: images, folders, patterns, videos, webcams, streams. `open_source` opens them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from maskwatch.sources.base import Source
from maskwatch.sources.options import SourceOptions

if TYPE_CHECKING:
    from maskwatch.errors import SourceError
    from maskwatch.sources.several import Opener
    from maskwatch.sources.specs import Input, Spec

__all__ = ["Source", "SourceOptions", "open_source"]


def open_source(spec: Spec | Sequence[Spec], options: SourceOptions | None = None) -> Source:
    """Open what a user points at.

    Args:
        spec: an image, a video, a folder, a pattern (``street/*.jpg``, ``**`` for all subfolders), a webcam
            (0, "0", "/dev/video0"), the address of a stream or a video (``rtsp://``, ``rtsps://``, ``http://``,
            ``https://``), or a list of these, read one after the other. In folders and patterns, images
            and videos are known by their endings, hidden files are left out, and the order is natural
            (2 before 10).
        options: how to read it.

    Returns:
        The source; use it with ``with``. Of a list, a folder or a pattern, inputs that cannot be opened are found
        in ``failures`` after reading; so are broken images.

    Raises:
        SourceError: when the one thing asked for cannot be opened: no such path, no image or video in the folder
            or for the pattern, no such camera, no video in the file, no stream at the address.
    """
    options = options or SourceOptions()
    if isinstance(spec, list | tuple):
        return _open_list(spec, options)
    from maskwatch.sources.specs import inputs, is_many

    found = inputs(spec, recursive=options.recursive)  # type: ignore[arg-type]
    if is_many(spec):  # type: ignore[arg-type]
        return _in_turn(str(spec), found, options)
    return _opener(found[0], options)()


def _open_list(specs: Sequence[Spec], options: SourceOptions) -> Source:
    from maskwatch.errors import SourceError
    from maskwatch.sources.specs import inputs
    from maskwatch.sources.streams.address import shown

    found: list[Input | SourceError] = []
    for spec in specs:
        try:
            found += inputs(spec, recursive=options.recursive)
        except SourceError as error:
            found.append(error)
    name = shown(str(specs[0])) if len(specs) == 1 else f"{len(specs)} inputs"
    return _in_turn(name, found, options)


def _in_turn(name: str, found: Sequence[Input | SourceError], options: SourceOptions) -> Source:
    from maskwatch.errors import SourceError
    from maskwatch.sources.several import SourceList

    kinds = [one.kind for one in found if not isinstance(one, SourceError)]
    return SourceList(
        name,
        [_opener(one, options) for one in found],
        live=not {"camera", "stream"}.isdisjoint(kinds),
        images=len(kinds) if set(kinds) <= {"image"} else None,
    )


def _opener(one: Input | SourceError, options: SourceOptions) -> Opener:
    def opened() -> Source:
        from maskwatch.errors import SourceError

        if isinstance(one, SourceError):
            raise one
        if one.kind == "camera":
            from maskwatch.sources.camera import CameraSource

            return CameraSource(int(one.value), options.open_capture)
        if one.kind == "stream":
            from maskwatch.sources.streams.source import StreamSource

            return StreamSource(str(one.value), options.stream)
        if one.kind == "video":
            from maskwatch.sources.video import VideoSource

            return VideoSource(str(one.value))
        from maskwatch.sources.images import ImageSource

        return ImageSource(str(one.value))

    return opened
