"""What FFmpeg is allowed to do for an address: protocols, formats, how long it may probe."""

from __future__ import annotations

from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import Address

# A stream may lead FFmpeg elsewhere (a playlist, a redirect). These lists are all that it can be led to: no file,
# concat, subfile, data, crypto, pipe or device, and nothing that was not asked for.
_PROTOCOLS = {
    "rtsp": {"tcp": "rtsp,tcp", "udp": "rtsp,tcp,udp,rtp"},
    "rtsps": {"tcp": "rtsps,tls,tcp", "udp": "rtsps,tls,tcp"},
    "http": {"tcp": "http,tcp,https,tls,httpproxy"},
    "https": {"tcp": "https,tls,tcp,httpproxy"},
}
_RTSP_FORMATS = "rtsp,sdp,mpegts"
_HTTP_FORMATS = "mpjpeg,mjpeg,hls,mpegts,mov,matroska,flv,h264,hevc"


def container_options(address: Address, options: StreamOptions) -> dict[str, str]:
    """Options for opening this address with FFmpeg.

    The last three of those for RTSP save what FFmpeg would spend at each start on measuring the rate, the order of
    images and their times: a second at 25 images a second, more at fewer (`docs/cameras.md`).
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
