"""A network stream as a source of frames."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from fractions import Fraction

from maskwatch.errors import SourceError
from maskwatch.frames import Frame
from maskwatch.sources.base import BaseSource
from maskwatch.sources.latest_frame import LatestFrameQueue
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import parse
from maskwatch.sources.streams.clock import LiveClock
from maskwatch.sources.streams.connection import Connection
from maskwatch.sources.streams.lazy_frame import LazyFrame
from maskwatch.sources.streams.pace import Pacer


class StreamSource(BaseSource):
    """An address (rtsp, rtsps, http, https). It is connected once; `maskwatch.watch` connects again.

    Of a live stream the newest frame is given: those that come while a frame is looked at are passed over, and
    keep their number. Of a video on a web server every frame is given.

    Args:
        address: as a person writes it; shown and named without passwords.
        options: time-outs and transport.

    Raises:
        SourceError: when the address is of a kind that is not read, or the stream cannot be opened.
    """

    def __init__(self, address: str, options: StreamOptions | None = None) -> None:
        self._address = parse(address)
        super().__init__(str(self._address))
        self._options = options or StreamOptions()
        self._opened: Connection | None = self._connect()
        self._rate = self._opened.rate
        self.live = not self._opened.finite

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second as the stream states it; None when it does not."""
        return self._rate

    def close(self) -> None:
        """End the connection."""
        super().close()
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def _connect(self) -> Connection:
        self._stop_reading = threading.Event()
        return Connection(self._address, self._options, self._stop_reading)

    def _read(self) -> Generator[Frame]:
        try:
            connection, self._opened = self._opened or self._connect(), None
        except SourceError as error:  # it could be opened before, and no longer
            self.failures.append(error)
            return
        with connection:
            yield from self._live(connection) if self.live else self._whole(connection)

    def _whole(self, connection: Connection) -> Iterator[Frame]:
        start = None
        index = 0
        try:
            for index, lazy_frame in enumerate(connection.frames()):
                start = lazy_frame.media_s if start is None else start
                yield self._frame(lazy_frame, index, max(0.0, (lazy_frame.media_s or 0.0) - (start or 0.0)))
        except SourceError as error:
            self.failures.append(error)
        if connection.damaged:
            self.failures.append(
                SourceError(f"{self.name}: {connection.damaged} damaged frames left out of {index + 1}")
            )

    def _live(self, connection: Connection) -> Iterator[Frame]:
        reader = _Reader(connection, self._stop_reading)
        clock = LiveClock()
        reader.start()
        try:
            while (read := reader.newest.wait()) is not None:
                index, lazy_frame = read
                yield self._frame(lazy_frame, index, clock.time_of(lazy_frame.media_s, lazy_frame.arrived_at))
            if reader.error is not None:
                self.failures.append(reader.error)
        finally:
            reader.end()

    def _frame(self, lazy_frame: LazyFrame, index: int, time_s: float) -> Frame:
        return Frame(lazy_frame.decode(), index, time_s, self.name, self._rate)


class _Reader(threading.Thread):
    """Reads a live stream beside whoever looks at its frames, so that what is seen is what happens now."""

    def __init__(self, connection: Connection, stop: threading.Event) -> None:
        super().__init__(name=f"reader of {connection.name}", daemon=True)
        self.newest: LatestFrameQueue[tuple[int, LazyFrame]] = LatestFrameQueue()
        self.error: SourceError | None = None
        self._connection = connection
        self._over = stop

    def run(self) -> None:
        """Read until the stream ends, or nobody wants it any more."""
        pacer = Pacer(self._over) if self._connection.ready_made else None
        try:
            for index, lazy_frame in enumerate(self._connection.frames()):
                if pacer is not None and lazy_frame.media_s is not None:
                    pacer.wait(lazy_frame.media_s)
                if self._over.is_set():
                    break
                self.newest.put((index, LazyFrame(lazy_frame.decode, time.monotonic(), lazy_frame.media_s)))
        except SourceError as error:
            self.error = error
        finally:
            self.newest.close()

    def end(self) -> None:
        """Stop reading; FFmpeg gives no way to end its wait for a silent server before the time-out."""
        self._over.set()
        self.join()
