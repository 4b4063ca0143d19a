"""A window, with the Tk that comes with Python."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Self

from maskwatch.frames import Image
from maskwatch.sinks.resize import downscale

if TYPE_CHECKING:
    import tkinter

_SHARE_OF_SCREEN = 0.9
_POLL_S = 0.03


class TkWindow:
    """Shows images in a window, scaled down to the screen. ``q``, Escape or closing the window stops."""

    address: str | None = None

    @classmethod
    def open(cls) -> Self | None:
        """A window; None if Python lacks Tk or there is no display."""
        if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
            return None
        try:
            import tkinter
        except ImportError:
            return None
        try:
            return cls(tkinter.Tk())
        except tkinter.TclError:
            return None

    def __init__(self, root: tkinter.Tk) -> None:
        import tkinter

        self.stop_requested = False
        self._next_requested = False
        self._root = root
        self._photo: object = None
        root.title("MaskWatch - q quits")
        root.configure(background="black")
        root.protocol("WM_DELETE_WINDOW", self._stop)
        root.bind("<Key>", self._key)
        self._label = tkinter.Label(root, borderwidth=0, background="black")
        self._label.pack(expand=True)

    def show(self, image: Image) -> None:
        """Show one image, RGB uint8 (H, W, 3), and process key presses."""
        import tkinter

        from PIL import Image as PilImage
        from PIL import ImageTk

        try:
            photo = ImageTk.PhotoImage(PilImage.fromarray(self._fitting(image)), master=self._root)
            self._label.configure(image=photo)
            self._photo = photo
            self._root.update()
        except tkinter.TclError:  # the window system took the window away
            self.stop_requested = True

    def wait_for_key(self) -> None:
        """Wait until a key is pressed or the window is closed."""
        import tkinter

        self._next_requested = False
        try:
            while not (self._next_requested or self.stop_requested):
                self._root.update()
                time.sleep(_POLL_S)
        except tkinter.TclError:
            self.stop_requested = True

    def close(self) -> None:
        """Close the window."""
        import tkinter

        self._photo = None
        try:
            self._root.destroy()
        except tkinter.TclError:
            self.stop_requested = True

    def _stop(self) -> None:
        self.stop_requested = True

    def _key(self, event: tkinter.Event[tkinter.Misc]) -> None:
        if event.keysym in {"q", "Q", "Escape"}:
            self.stop_requested = True
        else:
            self._next_requested = True

    def _fitting(self, image: Image) -> Image:
        width, height = self._root.winfo_screenwidth(), self._root.winfo_screenheight()
        scale = min(_SHARE_OF_SCREEN * width / image.shape[1], _SHARE_OF_SCREEN * height / image.shape[0])
        return downscale(image, scale)
