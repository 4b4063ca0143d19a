"""A page on this computer alone with what all cameras see, and live counts."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.blur import blur_and_draw
from maskwatch.sinks.draw import draw
from maskwatch.sinks.preview_page import PreviewPage
from maskwatch.watch.health.stats import CameraStats
from maskwatch.watch.listeners import Listener, Verdict
from maskwatch.watch.pages.grid import arrange, columns
from maskwatch.watch.pages.preview_html import watch_html

_PAUSE_S = 0.1
_JOIN_TIMEOUT_S = 2.0


class Preview(Listener):
    """A listener that shows every camera on a `PreviewPage`; without a browser that looks, nothing is drawn.

    Args:
        cameras: names, in the order they are shown.
        stats: what is known of each camera now.
        stop: is set when somebody presses the button on the page.
        blur: make faces unrecognisable.
        port: on 127.0.0.1; 0 takes a free one.

    Raises:
        SinkError: when the port is not free.
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
        """What to open in a browser."""
        return self._page.address

    def on_frame(self, verdict: Verdict) -> None:
        """Show this frame, if somebody looks."""
        self._newest[verdict.captured.camera] = (verdict.captured.frame.image, verdict.people)
        self._new.set()

    def lost(self, camera: str) -> None:
        """A camera that gives no frames shows nothing, rather than its last image."""
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
        return watch_html(nonce)

    def text(self, name: str) -> str | None:
        if name != "stats":
            return None
        return json.dumps({"columns": self._columns, "cameras": [asdict(one) for one in self._stats()]})

    def press(self, name: str, body: str = "") -> bool:  # noqa: ARG002 - as the base class has it
        if name == "stop":
            self._stop.set()
        return name == "stop"
