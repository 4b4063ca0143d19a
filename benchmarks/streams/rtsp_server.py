"""A real RTSP server (GStreamer's) that plays prepared H.264 in a loop: ``python3 rtsp_server.py UNITS PORT FPS``.

Runs under the system's own Python. Debian: gir1.2-gst-rtsp-server-1.0, python3-gi, gstreamer1.0-plugins-good and -bad.
UNITS holds access units, each after its length in four bytes (see `clip.py`). Prints ``ready``.
With USER and PASSWORD in the environment, it requires them.
"""

import os
import sys
from pathlib import Path

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

LAUNCH = (
    "( appsrc name=source is-live=true format=time do-timestamp=true max-bytes=4000000 "
    "caps=video/x-h264,stream-format=byte-stream,alignment=au "
    "! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 )"
)


def read_units(path):
    data, units, place = Path(path).read_bytes(), [], 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 4], "big")
        units.append(data[place + 4 : place + 4 + length])
        place += 4 + length
    return units


class Player:
    """Pushes the units into one media, frame by frame."""

    def __init__(self, units, fps):
        self.units, self.fps = units, fps

    def configure(self, _factory, media):
        """Start pushing when the media is set up for the first client."""
        source = media.get_element().get_by_name("source")
        start, sent = GLib.get_monotonic_time(), [0]

        def push():
            due = int((GLib.get_monotonic_time() - start) * self.fps / 1e6)
            while sent[0] <= due:
                unit = self.units[sent[0] % len(self.units)]
                sent[0] += 1
                if source.emit("push-buffer", Gst.Buffer.new_wrapped(unit)) != Gst.FlowReturn.OK:
                    return False
            return True

        push()
        GLib.timeout_add(max(1, int(500 / self.fps)), push)


def ask_for_login(server, factory, user, password):
    auth = GstRtspServer.RTSPAuth()
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
    server.set_auth(auth)
    factory.add_role_from_structure(
        Gst.Structure.from_string("viewer, media.factory.access=(boolean)true, media.factory.construct=(boolean)true")[
            0
        ]
    )


def main():
    units, port, fps = read_units(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(LAUNCH)
    factory.set_shared(True)
    factory.connect("media-configure", Player(units, fps).configure)
    if "PASSWORD" in os.environ:
        ask_for_login(server, factory, os.environ["USER"], os.environ["PASSWORD"])
    server.get_mount_points().add_factory("/live", factory)
    if not server.attach(None):
        sys.exit(f"port {port} is taken")
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
