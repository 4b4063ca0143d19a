from __future__ import annotations

import threading
import time
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest

from clips import grey_steps, write_clip
from contracts import source_contract
from maskwatch import open_source
from maskwatch.errors import SourceError
from maskwatch.sources import SourceOptions
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.source import StreamSource
from rtsp_server import Programme, h264_units, rtsp_serving
from stream_servers import jpeg, serving
from waiting import wait_for

QUICK = SourceOptions(stream=StreamOptions(open_timeout_s=2, read_timeout_s=0.5))


def test_contract() -> None:
    with rtsp_serving(Programme(h264_units(grey_steps(10)))) as host:
        source_contract(lambda: open_source(f"rtsp://{host}/live"))


def test_contract_of_a_video_on_a_web_server(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", grey_steps(12))
    with serving(folder=tmp_path) as server:
        source_contract(lambda: open_source(f"{server.url}/clip.mp4"))


def test_a_video_on_a_web_server_gives_every_frame(tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", grey_steps(30))
    with serving(folder=tmp_path) as server, open_source(f"{server.url}/clip.mp4?token=secret") as source:
        assert (source.live, source.name) == (False, f"{server.url}/clip.mp4?token=***")
        frames = list(source)
    assert [frame.index for frame in frames] == [*range(30)]
    assert [frame.time_s for frame in frames] == pytest.approx([number / 25 for number in range(30)])
    assert source.failures == []


def test_a_slow_consumer_gets_the_latest_frames() -> None:
    with serving([jpeg(level) for level in range(0, 250, 5)]) as server, open_source(f"{server.url}/mjpeg") as source:
        assert isinstance(source, StreamSource)
        assert (source.live, source.total, source.rate) == (True, None, None)
        frames = []
        for frame in islice(source, 6):
            frames.append(frame)
            time.sleep(0.15)
    steps = [after.index - before.index for before, after in pairwise(frames)]
    assert sum(steps[1:]) >= 8, "frames were queued"
    assert all((after.time_s or 0) > (before.time_s or 0) for before, after in pairwise(frames))
    assert not np.array_equal(frames[0].image, frames[-1].image)


@pytest.mark.parametrize("trouble", ["hold", "cut"])
def test_a_stream_that_ends_is_a_failure(trouble: str) -> None:
    with serving([jpeg(9)]) as server:
        address = server.url.replace("//", "//user:secret@") + "/login"
        with open_source(address, QUICK) as source:
            frames = iter(source)
            next(frames)
            getattr(server, trouble).set()
            list(frames)
    assert len(source.failures) == 1
    assert "secret" not in str(source.failures[0])
    assert str(source.failures[0]).startswith("http://***@127.0.0.1")


def test_a_stream_among_other_inputs(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", grey_steps(3))
    dead = "rtsp://admin:geheim@127.0.0.1:9/live"
    with open_source([clip, dead], QUICK) as source:
        assert source.live
        assert len(list(source)) == 3
    assert ["geheim" in str(failure) or "***@127.0.0.1:9" not in str(failure) for failure in source.failures] == [False]
    with open_source([dead], QUICK) as source:
        assert source.name == "rtsp://***@127.0.0.1:9/live"


@pytest.mark.parametrize("address", ["rtmp://u:geheim@h/1", "file:///etc/passwd", "http://u:ge?heim@h/[1].jpg"])
def test_unsupported_addresses(address: str) -> None:
    with pytest.raises(SourceError) as error:
        open_source(address)
    assert "heim" not in str(error.value)


def test_no_threads_are_left_behind() -> None:
    before = threading.active_count()
    with serving([jpeg(9)]) as server:
        for _ in range(3):
            with open_source(f"{server.url}/mjpeg") as source:
                next(iter(source))
    wait_for(lambda: threading.active_count() <= before, seconds=5)
