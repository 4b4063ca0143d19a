"""Decoding video tracks with FFmpeg: size limits, and damaged frames detected and skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maskwatch.images import MAX_PIXELS

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

# These decoders output nothing before a key frame; others output frames predicted from nothing.
_WAIT_FOR_KEY_FRAME = frozenset({"h264", "hevc"})


def set_up_decoder(track: VideoStream) -> None:
    """Limit the frame size, which may change in mid-stream, and make the decoder report damage."""
    options = {"max_pixels": str(MAX_PIXELS)}
    if track.codec_context.name == "mjpeg":  # otherwise FFmpeg fills in truncated frames silently
        options["err_detect"] = "explode"
    track.codec_context.options = options
    # With slice threads FFmpeg overlooks damage in H.264; with frame threads it marks other frames at each reading.
    track.thread_count = 1


class ErrorFreeDecoder:
    """Decodes a video track; drops damaged frames and everything predicted from them.

    After damage, output resumes at the next key frame, or when a stream without key frames has been refreshed.

    Args:
        stream: an open video track.

    Attributes:
        damaged: number of damaged frames or packets so far.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.damaged = 0
        self._stream = stream
        self._decoder_waits = stream.codec_context.name in _WAIT_FOR_KEY_FRAME
        self._needs_key_frame = not self._decoder_waits

    def decode(self, packet: av.Packet[Any]) -> list[av.VideoFrame]:
        """The undamaged frames that this packet completes."""
        import av

        try:
            frames = [] if packet.is_corrupt else self._stream.decode(packet)
            damaged = packet.is_corrupt or any(frame.is_corrupt for frame in frames)
        except EOFError:
            return []
        except av.FFmpegError:
            damaged = True
        if damaged:
            self.damaged += 1
            self._stream.codec_context.flush_buffers()
            self._needs_key_frame = not self._decoder_waits
            return []
        return [frame for frame in frames if self._is_usable(frame)]

    def _is_usable(self, frame: av.VideoFrame) -> bool:
        self._needs_key_frame = self._needs_key_frame and not frame.key_frame
        return not self._needs_key_frame
