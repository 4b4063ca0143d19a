"""How the images of a file or a stream are decoded: within limits, and with damage told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maskwatch.images import MAX_PIXELS

if TYPE_CHECKING:
    from av.video.stream import VideoStream


def set_up_decoder(track: VideoStream) -> None:
    """Limit the size of the images, which may change on the way, and let damage be noticed."""
    options = {"max_pixels": str(MAX_PIXELS)}
    if track.codec_context.name == "mjpeg":  # else what was cut off is filled up, and nothing is said
        options["err_detect"] = "explode"
    track.codec_context.options = options
    # With threads FFmpeg overlooks damage in H.264 (by slice), or marks other frames at each reading (by frame).
    track.thread_count = 1
