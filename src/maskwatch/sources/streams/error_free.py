"""Decoding whole images only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

# These decoders give nothing before they can begin; others give what they predicted from nothing.
_BEGINS_BY_ITSELF = frozenset({"h264", "hevc"})


class ErrorFreeDecoder:
    """Decodes a track, and leaves out what is damaged and what was predicted from it.

    After damage the decoder is emptied. Nothing is then given until it can begin anew: at a key frame, or where a
    stream without key frames has been refreshed as a whole.

    Args:
        stream: an open image track.

    Attributes:
        damaged: images, or packets that should have become some, found damaged so far.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.damaged = 0
        self._stream = stream
        self._waits = stream.codec_context.name not in _BEGINS_BY_ITSELF

    def of(self, packet: av.Packet[Any]) -> list[av.VideoFrame]:
        """The whole images that a packet completes."""
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
            self._waits = self._stream.codec_context.name not in _BEGINS_BY_ITSELF
            return []
        return [frame for frame in frames if self._can_begin(frame)]

    def _can_begin(self, frame: av.VideoFrame) -> bool:
        self._waits = self._waits and not frame.key_frame
        return not self._waits
