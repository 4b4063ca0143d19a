"""Live streams against a real RTSP server (GStreamer's): ``python -m benchmarks.streams restart|silent|overload DATA``.

DATA is a video, or a folder with one. Needs, on Debian: gir1.2-gst-rtsp-server-1.0, python3-gi,
gstreamer1.0-plugins-good, gstreamer1.0-plugins-bad.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.report import arguments, show
from benchmarks.streams import overload, restart, silent


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("bar", choices=("restart", "silent", "overload"))
    parser.add_argument("data", type=Path)
    parser.add_argument("--kills", type=int, default=50, help="of restart")
    parser.add_argument("--rounds", type=int, default=10, help="of silent")
    parser.add_argument("--seconds", type=float, default=60, help="of overload, and of four cameras in silent")
    parser.add_argument("--port", type=int, default=8554, help="of the server; silent takes the next four too")
    options = parser.parse_args()
    video = next(iter(sorted(options.data.rglob("*.mp4"))), None) if options.data.is_dir() else options.data
    if video is None:
        parser.error(f"no .mp4 in {options.data}")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), options.port
        if options.bar == "restart":
            rows = restart.measure(video, folder, kills=options.kills, port=port)
        elif options.bar == "silent":
            rows = silent.measure(video, folder, rounds=options.rounds, seconds=options.seconds, port=port)
        else:
            rows = overload.measure(video, folder, seconds=options.seconds, port=port)
    show(f"streams_{options.bar}", rows, save=options.save)


if __name__ == "__main__":
    main()
