"""A local page on which you draw a zone on a camera's image; the result is lines for the settings."""

from __future__ import annotations

import json
import threading

from pydantic import ValidationError

from maskwatch.frames import Image
from maskwatch.sinks.preview_page import PreviewPage, read_page
from maskwatch.watch.settings import CameraSettings, ZoneSettings

_POLL_S = 0.1


class ZonePage(PreviewPage):
    """Shows one image until a zone has been drawn on it, or drawing is cancelled.

    Args:
        camera: of the image; its zones are shown.
        image: RGB uint8 (H, W, 3).

    Raises:
        SinkError: when no port can be opened.
    """

    def __init__(self, camera: CameraSettings, image: Image) -> None:
        self._camera = camera
        self._done = threading.Event()
        self._finished = threading.Event()
        self._zone: ZoneSettings | None = None
        self._problem = ""
        super().__init__()
        self.show(image)

    def wait(self, stop: threading.Event) -> ZoneSettings | None:
        """Wait for the zone; None when drawing is cancelled or ``stop`` is set."""
        while not (self._done.wait(_POLL_S) or stop.is_set() or self.stop_requested):
            pass
        if self._zone is not None:
            self._finished.wait(1.0)
        return self._zone

    def html(self, nonce: str) -> str:
        """The page, with its nonce."""
        return read_page("maskwatch.watch.pages", "draw_zone.html", nonce=nonce)

    def text(self, name: str) -> str | None:
        """``camera``: its name and zones as JSON; ``problem``: the error in the submitted zone, or an empty text."""
        if name == "problem":
            if self._done.is_set():
                self._finished.set()
            return self._problem
        if name != "camera":
            return None
        zones = [{"name": zone.name, "polygon": zone.polygon} for zone in self._camera.zones]
        return json.dumps({"name": self._camera.name, "zones": zones})

    def press(self, name: str, body: str = "") -> bool:
        """Accept ``zone`` with a zone as JSON, or ``stop``."""
        if name != "zone":
            return name == "stop" and super().press(name)
        try:
            zone = ZoneSettings.model_validate_json(body)
        except ValidationError as error:
            self._problem = "; ".join(each["msg"].removeprefix("Value error, ") for each in error.errors())
            return True
        self._problem, self._zone = "", zone
        self._done.set()
        return True


def zone_lines(camera: CameraSettings, zone: ZoneSettings) -> str:
    """The zone as YAML lines for the settings file."""
    corners = ", ".join(f"[{x:.4g}, {y:.4g}]" for x, y in zone.polygon)
    return f"cameras:\n  - name: {camera.name}\n    zones:\n      - name: {zone.name}\n        polygon: [{corners}]\n"
