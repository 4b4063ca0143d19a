"""Opening an address with FFmpeg within limits: name look-up, protocols, formats, time-outs."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

from maskwatch.images import MAX_PIXELS
from maskwatch.sources.decoder import set_up_decoder
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import Address
from maskwatch.sources.streams.fault import Fault, fault_of, stream_error

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

# A server can lead FFmpeg elsewhere with a playlist or a redirect. These lists limit where: no file, concat, subfile,
# data, crypto, pipe or device, and no protocol that the user did not ask for.
_PROTOCOLS = {
    "rtsp": {"tcp": "rtsp,tcp", "udp": "rtsp,tcp,udp,rtp"},
    "rtsps": {"tcp": "rtsps,tls,tcp", "udp": "rtsps,tls,tcp"},
    "http": {"tcp": "http,tcp,https,tls,httpproxy"},
    "https": {"tcp": "https,tls,tcp,httpproxy"},
}
_RTSP_FORMATS = "rtsp,sdp,mpegts"
_HTTP_FORMATS = "mpjpeg,mjpeg,hls,mpegts,mov,matroska,flv,h264,hevc"


def open_container(address: Address, options: StreamOptions, read_timeout_s: float) -> InputContainer:
    """Open an address within the limits of `container_options`.

    Raises:
        StreamError: when it cannot be opened in time.
    """
    import av

    _check_name(address, options.open_timeout_s)
    timeouts = (options.open_timeout_s, read_timeout_s)
    began = time.monotonic()
    try:
        return av.open(address.secret, container_options=container_options(address, options), timeout=timeouts)
    except (av.FFmpegError, UnicodeError) as error:
        fault, detail = fault_of(error) if isinstance(error, av.FFmpegError) else (Fault.missing, "no such address")
    # Raised outside the except block: FFmpeg's error contains the address with its password and must not be chained.
    if time.monotonic() - began >= options.open_timeout_s:  # FFmpeg may report invalid data instead
        fault, detail = Fault.silent, f"{options.open_timeout_s:g} s"
    raise stream_error(str(address), fault, detail)


def container_options(address: Address, options: StreamOptions) -> dict[str, str]:
    """FFmpeg's options for an address.

    For RTSP, the last three skip measurements of frame rate, frame order and timestamps at the start: they save a
    second at 25 fps and more at lower rates (`docs/cameras.md`).
    """
    if address.scheme in ("rtsp", "rtsps"):
        transport = options.rtsp_transport if address.scheme == "rtsp" else "tcp"
        return {
            "protocol_whitelist": _PROTOCOLS[address.scheme][transport],
            "format_whitelist": _RTSP_FORMATS,
            "rtsp_transport": transport,
            "allowed_media_types": "video",
            "fpsprobesize": "0",
            "analyzeduration": "500000",
            "max_ts_probe": "1",
        }
    return {
        "protocol_whitelist": _PROTOCOLS[address.scheme]["tcp"],
        "format_whitelist": _HTTP_FORMATS,
        "fpsprobesize": "0",
    }


def video_track(name: str, container: InputContainer) -> VideoStream:
    """The first video track, with its decoder set up.

    Raises:
        StreamError: when there is none that can be decoded.
    """
    if not container.streams.video:
        raise stream_error(name, Fault.unsupported, "no video in it")
    track = container.streams.video[0]
    if track.codec_context is None:
        raise stream_error(name, Fault.unsupported, "unknown codec")
    if track.width * track.height > MAX_PIXELS:
        raise stream_error(name, Fault.unsupported, f"{track.width} x {track.height} pixels are too many")
    set_up_decoder(track)
    return track


def _check_name(address: Address, timeout_s: float) -> None:
    """Look up the host name within a time limit; FFmpeg's own look-up cannot be interrupted.

    Raises:
        StreamError: when the name is unknown, or the name server does not answer in time.
    """
    if _is_ip_address(address.host):
        return
    failed: list[str] = []

    def look_up() -> None:
        try:
            socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            failed.append(str(getattr(error, "strerror", None) or "no such name").lower())

    thread = threading.Thread(target=look_up, name="look up a camera", daemon=True)
    thread.start()
    thread.join(timeout_s)
    if thread.is_alive():
        raise stream_error(str(address), Fault.silent, f"{timeout_s:g} s from the name server")
    if failed:
        raise stream_error(str(address), Fault.unreachable, failed[0])


def _is_ip_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return True
    return False
