"""Drawing a zone: one image of a camera on a local page, corners by mouse, lines for the settings as a result."""

from __future__ import annotations

import json
import threading

from pydantic import ValidationError

from maskwatch.frames import Image
from maskwatch.sinks.preview_page import PreviewPage
from maskwatch.watch.pages.draw_zone_html import zone_html
from maskwatch.watch.settings import CameraSettings, ZoneSettings

_LOOK_S = 0.1


class ZonePage(PreviewPage):
    """Shows one image until somebody has drawn a zone on it, or wants no more.

    Args:
        camera: whose image it is; its zones are shown.
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
        """The zone, once it is drawn; None when somebody gave up, or ``stop`` is set."""
        while not (self._done.wait(_LOOK_S) or stop.is_set() or self.stop_requested):
            pass
        if self._zone is not None:
            self._finished.wait(1.0)
        return self._zone

    def html(self, nonce: str) -> str:
        """The page to draw on."""
        return zone_html(nonce)

    def text(self, name: str) -> str | None:
        """``camera``: its name and zones; ``problem``: what is wrong with the zone that was sent, empty for nothing."""
        if name == "problem":
            if self._done.is_set():
                self._finished.set()
            return self._problem
        if name != "camera":
            return None
        zones = [{"name": zone.name, "polygon": zone.polygon} for zone in self._camera.zones]
        return json.dumps({"name": self._camera.name, "zones": zones})

    def press(self, name: str, body: str = "") -> bool:
        """Take the zone (``zone``, as JSON), or ``stop``."""
        if name != "zone":
            return name == "stop" and super().press(name)
        try:
            zone = ZoneSettings.model_validate_json(body)
        except ValidationError as error:
            self._problem = "; ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())
            return True
        self._problem, self._zone = "", zone
        self._done.set()
        return True


def zone_lines(camera: CameraSettings, zone: ZoneSettings) -> str:
    """The zone as lines of YAML, as they stand in the settings."""
    corners = ", ".join(f"[{x:.4g}, {y:.4g}]" for x, y in zone.polygon)
    return f"cameras:\n  - name: {camera.name}\n    zones:\n      - name: {zone.name}\n        polygon: [{corners}]\n"
