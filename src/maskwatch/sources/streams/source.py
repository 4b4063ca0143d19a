"""A network stream as a source."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from fractions import Fraction

from maskwatch.errors import SourceError
from maskwatch.frames import Frame
from maskwatch.sources.base import BaseSource
from maskwatch.sources.live_frames import LatestFrameQueue, LazyFrame
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import parse
from maskwatch.sources.streams.connection import Connection
from maskwatch.sources.timing import LiveClock, Pacer


class StreamSource(BaseSource):
    """A network stream (rtsp, rtsps, http, https). It connects once; `maskwatch.watch` reconnects.

    A live stream gives its latest frame: frames that arrive while one is processed are skipped, but counted in
    ``Frame.index``. A video on a web server gives every frame.

    Args:
        address: as the user writes it; messages never contain its password.
        options: time-outs and transport.

    Raises:
        SourceError: when the scheme is not supported, or the stream cannot be opened.
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
        """Nominal frames per second; None when the stream does not state it."""
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
        except SourceError as error:  # it was readable when it was opened
            self.failures.append(error)
            return
        with connection:
            yield from self._latest(connection) if self.live else self._all(connection)

    def _all(self, connection: Connection) -> Iterator[Frame]:
        start = None
        index = 0
        try:
            for index, lazy in enumerate(connection.frames()):
                start = lazy.media_s if start is None else start
                yield self._frame(lazy, index, max(0.0, (lazy.media_s or 0.0) - (start or 0.0)))
        except SourceError as error:
            self.failures.append(error)
        if connection.damaged:
            self.failures.append(
                SourceError(f"{self.name}: {connection.damaged} damaged frames left out of {index + 1}")
            )

    def _latest(self, connection: Connection) -> Iterator[Frame]:
        reader = _Reader(connection, self._stop_reading)
        clock = LiveClock()
        reader.start()
        try:
            while (read := reader.queue.wait()) is not None:
                index, lazy = read
                yield self._frame(lazy, index, clock.time_of(lazy.media_s, lazy.arrived_at))
            if reader.error is not None:
                self.failures.append(reader.error)
        finally:
            reader.end()

    def _frame(self, lazy: LazyFrame, index: int, time_s: float) -> Frame:
        return Frame(lazy.decode(), index, time_s, self.name, self._rate)


class _Reader(threading.Thread):
    """Reads a live stream in a thread, so that the consumer of frames always gets the latest."""

    def __init__(self, connection: Connection, stop: threading.Event) -> None:
        super().__init__(name=f"reader of {connection.name}", daemon=True)
        self.queue: LatestFrameQueue[tuple[int, LazyFrame]] = LatestFrameQueue()
        self.error: SourceError | None = None
        self._connection = connection
        self._stop_reading = stop

    def run(self) -> None:
        """Read until the stream ends, or until `end` is called."""
        pacer = Pacer(self._stop_reading) if self._connection.bursty else None
        try:
            for index, lazy in enumerate(self._connection.frames()):
                if pacer is not None and lazy.media_s is not None:
                    pacer.wait(lazy.media_s)
                if self._stop_reading.is_set():
                    break
                self.queue.put((index, LazyFrame(lazy.decode, time.monotonic(), lazy.media_s)))
        except SourceError as error:
            self.error = error
        finally:
            self.queue.close()

    def end(self) -> None:
        """Stop reading. FFmpeg cannot be interrupted while it waits for a silent server, only by its time-out."""
        self._stop_reading.set()
        self.join()
