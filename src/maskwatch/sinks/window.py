"""Frames shown while they come: in a window, or on a page of this computer where there is no display."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from maskwatch.detections import Detections
from maskwatch.frames import Frame, Image
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw
from maskwatch.sinks.mirror import mirror


class Screen(Protocol):
    """Something that shows images and can be asked to stop."""

    @property
    def address(self) -> str | None:
        """Where a browser finds it; None for a window."""
        ...

    @property
    def stop_requested(self) -> bool:
        """Whether somebody pressed q or closed the window."""
        ...

    def show(self, image: Image) -> None:
        """Show one image, RGB uint8 (H, W, 3); it must not change afterwards. Returns without waiting."""
        ...

    def wait_for_key(self) -> None:
        """Wait until somebody wants the next image, or to stop."""
        ...

    def close(self) -> None:
        """Take everything down."""
        ...


class WindowSink:
    """Shows each frame, drawn; ``stop_requested`` turns true when somebody presses ``q`` or closes the window.

    Without a display, a page on 127.0.0.1 takes the place of the window; its ``address`` is known inside the block.
    Use it from one thread, the main thread on macOS.

    Args:
        mirror: show the mirror image, as for one's own webcam; the faces given are not changed.
        hold: an image (a frame without time) stays until a key is pressed.
        render: makes the image that is shown.
        screen: where to show; None for a window or else the page.
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
        """Where a browser shows the frames; None when they are in a window."""
        return None if self._screen is None else self._screen.address

    @property
    def stop_requested(self) -> bool:
        """Whether somebody asked to stop; whoever gives the frames is to look at it after each."""
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


def open_screen() -> Screen:
    """A window where there is a display, else a page.

    Raises:
        SinkError: when not even the page can be opened.
    """
    from maskwatch.sinks.tk_window import TkWindow

    window = TkWindow.open()
    if window is not None:
        return window
    from maskwatch.sinks.preview_page import PreviewPage

    return PreviewPage()
