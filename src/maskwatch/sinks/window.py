"""Live view of frames: in a window, or on a local page where there is no display."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from maskwatch.detections import Detections
from maskwatch.frames import Frame, Image
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw


class Screen(Protocol):
    """A window or a page that shows images and has a way to stop."""

    @property
    def address(self) -> str | None:
        """Address for the browser; None for a window."""
        ...

    @property
    def stop_requested(self) -> bool:
        """Whether the user pressed q or closed the window."""
        ...

    def show(self, image: Image) -> None:
        """Show one image, RGB uint8 (H, W, 3), without blocking; the array must not change afterwards."""
        ...

    def wait_for_key(self) -> None:
        """Wait until the user asks for the next image, or to stop."""
        ...

    def close(self) -> None:
        """Close the window or the page."""
        ...


class WindowSink:
    """Shows each annotated frame; ``stop_requested`` becomes True when the user presses ``q`` or closes the window.

    Without a display, a page on 127.0.0.1 replaces the window; its ``address`` is available inside the block.
    Use it from one thread; on macOS, from the main thread.

    Args:
        mirror: mirror the view, as people expect of a webcam; the faces passed to `write` do not change.
        hold: an image (a frame without time) stays until a key is pressed.
        render: draws the annotated image.
        screen: the window or page; None opens one, see `open_screen`.
    """

    def __init__(
        self, mirror: bool = False, *, hold: bool = False, render: Render = draw, screen: Screen | None = None
    ) -> None:
        self._mirror = mirror
        self._hold = hold
        self._render = render
        self._screen = screen
        self._stopped = False

    @property
    def address(self) -> str | None:
        """Address for the browser; None when the frames are in a window."""
        return None if self._screen is None else self._screen.address

    @property
    def stop_requested(self) -> bool:
        """Whether the user asked to stop; check it after each frame."""
        return self._stopped or (self._screen is not None and self._screen.stop_requested)

    def __enter__(self) -> Self:
        if self._screen is None:
            self._screen = open_screen()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        screen, self._screen = self._screen, None
        if screen is not None:
            self._stopped = screen.stop_requested
            screen.close()

    def write(self, frame: Frame, faces: Detections) -> None:
        """Show one frame."""
        if self._screen is None:
            raise ValueError("a WindowSink needs the with block")
        image = frame.image
        if self._mirror:
            image, faces = mirror(image, faces)
        self._screen.show(self._render(image, faces))
        if self._hold and frame.time_s is None and not self._screen.stop_requested:
            self._screen.wait_for_key()


def mirror(image: Image, faces: Detections) -> tuple[Image, Detections]:
    """Image (H, W, 3) and boxes with left and right swapped. Draw after mirroring, so that text stays readable."""
    width = image.shape[1]
    x_min, y_min, x_max, y_max = faces.xyxy.T
    xyxy = np.stack([width - x_max, y_min, width - x_min, y_max], axis=1)
    return np.ascontiguousarray(image[:, ::-1]), replace(faces, xyxy=np.asarray(xyxy, np.float32))


def open_screen() -> Screen:
    """A window if there is a display, else a page.

    Raises:
        SinkError: when the page cannot be opened either.
    """
    from maskwatch.sinks.tk_window import TkWindow

    window = TkWindow.open()
    if window is not None:
        return window
    from maskwatch.sinks.preview_page import PreviewPage

    return PreviewPage()
