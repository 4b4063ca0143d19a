"""Opening an address with FFmpeg, within limits."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from maskwatch.images import MAX_PIXELS
from maskwatch.sources.decoder import set_up_decoder
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import Address
from maskwatch.sources.streams.fault import Fault, fault_of, stream_error
from maskwatch.sources.streams.limits import container_options

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream


def open_container(address: Address, options: StreamOptions, read_timeout_s: float) -> InputContainer:
    """Open an address within the limits of `container_options`.

    Raises:
        StreamError: when it cannot be opened within the time.
    """
    import av

    timeouts = (options.open_timeout_s, read_timeout_s)
    began = time.monotonic()
    try:
        return av.open(address.secret, container_options=container_options(address, options), timeout=timeouts)
    except (av.FFmpegError, UnicodeError) as error:
        fault, words = fault_of(error) if isinstance(error, av.FFmpegError) else (Fault.missing, "no such address")
    # Raised here and not above, so that FFmpeg's error, which holds the address with its password, is not chained.
    if time.monotonic() - began >= options.open_timeout_s:  # FFmpeg may say that it got no valid data instead
        fault, words = Fault.silent, f"{options.open_timeout_s:g} s"
    raise stream_error(str(address), fault, words)


def video_track(name: str, container: InputContainer) -> VideoStream:
    """The first track of moving images.

    Raises:
        StreamError: when there is none that can be read.
    """
    if not container.streams.video:
        raise stream_error(name, Fault.unsupported, "no images in it")
    track = container.streams.video[0]
    if track.codec_context is None:
        raise stream_error(name, Fault.unsupported, "its codec is not known")
    if track.width * track.height > MAX_PIXELS:
        raise stream_error(name, Fault.unsupported, f"{track.width} x {track.height} pixels are too many")
    set_up_decoder(track)
    return track
