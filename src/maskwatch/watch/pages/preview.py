"""The preview of a watch: a local page with the live images of all cameras and counts of people."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.blur import blur_and_draw
from maskwatch.sinks.draw import draw
from maskwatch.sinks.preview_page import PreviewPage, read_page
from maskwatch.styles import ALL_STYLES, ink
from maskwatch.watch.health.stats import CameraStats
from maskwatch.watch.listeners import FrameResult, Listener
from maskwatch.watch.pages.grid import arrange, columns

_PAUSE_S = 0.1
_JOIN_TIMEOUT_S = 2.0


class Preview(Listener):
    """Shows all cameras on a `PreviewPage`; draws nothing while no browser is connected.

    Args:
        cameras: names, in the order of the grid.
        stats: returns the present statistics of each camera.
        stop: event that the button on the page sets.
        blur: blur faces.
        port: on 127.0.0.1; 0 for any free port.

    Raises:
        SinkError: when the port is in use.
    """

    def __init__(
        self,
        cameras: Sequence[str],
        stats: Callable[[], Sequence[CameraStats]],
        stop: threading.Event,
        *,
        blur: bool = False,
        port: int = 0,
    ) -> None:
        self._page = _Page(stats, stop, len(cameras), port)
        self._render = blur_and_draw if blur else draw
        self._newest: dict[str, tuple[Image, Detections] | None] = dict.fromkeys(cameras)
        self._new, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._draw, name="preview-grid", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """URL of the page."""
        return self._page.address

    def on_frame(self, result: FrameResult) -> None:
        """Keep the frame for the next image of the grid."""
        self._newest[result.captured.camera] = (result.captured.frame.image, result.people)
        self._new.set()

    def on_camera_lost(self, camera: str) -> None:
        """Show nothing instead of the last frame of a lost camera."""
        self._newest[camera] = None
        self._new.set()

    def close(self) -> None:
        """Close the page."""
        if self._over.is_set():
            return
        self._over.set()
        self._new.set()
        self._thread.join(_JOIN_TIMEOUT_S)
        self._page.close()

    def _draw(self) -> None:
        while not self._over.wait(_PAUSE_S):
            if self._page.viewers and self._new.is_set():
                self._new.clear()
                self._page.show(arrange(list(self._newest.values()), self._render))


class _Page(PreviewPage):
    def __init__(
        self, stats: Callable[[], Sequence[CameraStats]], stop: threading.Event, cameras: int, port: int
    ) -> None:
        self._stats, self._stop, self._columns = stats, stop, columns(cameras)
        super().__init__(port)

    def html(self, nonce: str) -> str:
        return read_page("maskwatch.watch.pages", "preview.html", nonce=nonce, state_colours=_state_colours())

    def text(self, name: str) -> str | None:
        if name != "stats":
            return None
        return json.dumps({"columns": self._columns, "cameras": [asdict(stats) for stats in self._stats()]})

    def press(self, name: str, body: str = "") -> bool:  # noqa: ARG002 - as the base class has it
        if name == "stop":
            self._stop.set()
        return name == "stop"


def _state_colours() -> str:
    """CSS classes with the background and text colour of each state."""
    return "\n".join(
        f"  .{name} {{ background: rgb{style.colour}; color: rgb{ink(style.colour)}; }}"
        for name, style in ALL_STYLES.items()
    )
