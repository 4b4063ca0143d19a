from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import time
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from clips import grey_steps, moving_noise
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import parse
from maskwatch.sources.streams.connection import Connection
from maskwatch.sources.streams.fault import Fault, StreamError
from rtsp_server import Programme, h264_units, rtsp_serving
from stream_servers import jpeg, noisy_jpeg, serving

QUICK = StreamOptions(open_timeout_s=0.6, read_timeout_s=0.6, stall_s=0.8)


def _open(url: str, options: StreamOptions | None = None) -> Connection:
    return Connection(parse(url), options or StreamOptions())


def _fails(url: str, options: StreamOptions | None = None) -> StreamError:
    with pytest.raises(StreamError) as error, _open(url, options) as connection:
        list(connection.frames())
    assert "\n" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__context__ is None, "FFmpeg's error holds the address with its password"
    return error.value


def test_mjpeg_over_http() -> None:
    with serving([jpeg(level) for level in (40, 120, 200)]) as server, _open(f"{server.url}/mjpeg") as connection:
        assert (connection.finite, connection.bursty, connection.rate) == (False, False, None)
        frames = list(islice(connection.frames(), 6))
        levels = {round(float(lazy.decode().mean()), -1) for lazy in frames}
    assert levels == {40, 120, 200}
    assert all(lazy.media_s is None for lazy in frames), "MJPEG has no clock; FFmpeg's would be invented"
    assert all(after.arrived_at > before.arrived_at for before, after in pairwise(frames))


def test_h264_over_rtsp() -> None:
    with rtsp_serving(Programme(h264_units(grey_steps(20)))) as host, _open(f"rtsp://{host}/live") as connection:
        frames = list(islice(connection.frames(), 25))
        image = frames[3].decode()
    assert (image.shape, image.dtype) == ((48, 64, 3), np.uint8)
    times = [lazy.media_s for lazy in frames if lazy.media_s is not None]
    assert len(times) >= 20
    assert [after - before for before, after in pairwise(times)] == pytest.approx([0.02] * (len(times) - 1), abs=0.005)


def _numbered(count: int) -> list[NDArray[np.uint8]]:
    """Detailed grey images with their number in the top left quarter."""
    images = [np.repeat(image[..., :1], 3, axis=2) for image in moving_noise(count)]
    for number, image in enumerate(images):
        image[:60, :80] = 8 * number + 4
    return images


def _number(image: NDArray[np.uint8]) -> int:
    return int(image[10:50, 10:70].mean() // 8)


def test_large_images_come_whole() -> None:
    photos = _numbered(10)
    with rtsp_serving(Programme(h264_units(photos))) as host, _open(f"rtsp://{host}/live") as connection:
        images = [lazy.decode() for lazy in islice(connection.frames(), 20)]
        assert connection.damaged == 0
    assert {_number(image) for image in images} == {*range(10)}
    for image in images:
        assert np.abs(image.astype(int) - photos[_number(image)]).mean() < 15


def test_the_size_may_change_mid_stream() -> None:
    units = h264_units(grey_steps(10, (64, 48))) + h264_units(grey_steps(10, (96, 80)))
    with rtsp_serving(Programme(units)) as host, _open(f"rtsp://{host}/live") as connection:
        shapes = [lazy.decode().shape for lazy in islice(connection.frames(), 40)]
    assert {shape[:2] for shape in shapes} == {(48, 64), (80, 96)}


def test_damaged_images_are_left_out_of_mjpeg() -> None:
    whole = [noisy_jpeg(seed) for seed in range(4)]
    holed = whole[1][:1500] + whole[1][2500:]
    cut = whole[2][: len(whole[2]) // 2]
    with serving([whole[0], holed, cut, whole[3]]) as server, _open(f"{server.url}/mjpeg") as connection:
        images = [lazy.decode() for lazy in islice(connection.frames(), 12)]
        assert connection.damaged >= 8
    assert len({image.tobytes() for image in images}) == 2


def test_after_damage_nothing_is_given_before_the_next_key_frame() -> None:
    units = h264_units(_numbered(30), keyframe_every=10)
    units[13] = [nal[: len(nal) // 2] for nal in units[13]]
    with rtsp_serving(Programme(units, pause_s=0.005)) as host, _open(f"rtsp://{host}/live") as connection:
        numbers = {_number(lazy.decode()) for lazy in islice(connection.frames(), 80)}
        assert connection.damaged >= 1
    assert numbers == {*range(13), *range(20, 30)}


@pytest.mark.parametrize("codec", ["mpeg4", "mpeg2video", "libx264", "libx265"])
def test_joining_in_mid_stream_gives_nothing_before_a_key_frame(codec: str, tmp_path: Path) -> None:
    photos = _numbered(30)
    encoder = {"g": "10", "bf": "0", "b": "4000000"}
    encoder |= {"x265-params": "log-level=0:keyint=10:min-keyint=10"} if codec == "libx265" else {}
    with av.open(str(tmp_path / "mid_stream.ts"), "w") as container:
        stream = container.add_stream(codec, rate=25, options=encoder)
        stream.height, stream.width, stream.pix_fmt = 120, 160, "yuv420p"
        frames = [av.VideoFrame.from_ndarray(photo, format="rgb24") for photo in photos]
        packets = [packet for frame in [*frames, None] for packet in stream.encode(frame)]
        container.mux(packets[4:])
    with serving(folder=tmp_path) as server, _open(f"{server.url}/mid_stream.ts") as connection:
        frames = connection.frames()
        images = []
        with pytest.raises(StreamError, match="the server ended the stream"):
            images.extend(lazy.decode() for lazy in frames)
    assert [_number(image) for image in images] == [*range(10, 30)]


def test_a_silent_server_is_noticed_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for scheme in ("rtsp", "http", "rtsps", "https"):
            began = time.monotonic()
            error = _fails(f"{scheme}://user:geheim@127.0.0.1:{silent.getsockname()[1]}/live", QUICK)
            assert error.fault is Fault.silent
            assert "no answer within 0.6 s" in str(error)
            assert "geheim" not in str(error)
            assert time.monotonic() - began < 10


def test_a_stalled_stream_is_noticed_in_time() -> None:
    programme = Programme(h264_units(grey_steps(10)))
    with serving([jpeg(9)]) as server, rtsp_serving(programme) as host:
        for url, hold in ((f"{server.url}/mjpeg", server.hold), (f"rtsp://{host}/live", programme.hold)):
            with _open(url, QUICK) as connection:
                frames = connection.frames()
                next(frames)
                hold.set()
                with pytest.raises(StreamError, match=r"no frame for 0\.6 s") as error:
                    list(frames)
                assert error.value.fault is Fault.stalled


def test_data_without_a_complete_frame_count_as_a_stall() -> None:
    with serving([noisy_jpeg(1)]) as server, _open(f"{server.url}/mjpeg", QUICK) as connection:
        frames = connection.frames()
        next(frames)
        server.images = [noisy_jpeg(1)[:1500]]
        with pytest.raises(StreamError, match=r"no frame for 0\.8 s \(\d+ damaged frames left out\)"):
            list(frames)


def test_a_stream_that_the_server_ends() -> None:
    with serving([jpeg(9)]) as server, _open(f"{server.url}/mjpeg") as connection:
        frames = connection.frames()
        next(frames)
        server.cut.set()
        with pytest.raises(StreamError, match="the server ended the stream") as error:
            list(frames)
    assert error.value.fault is Fault.closed


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    for scheme in ("rtsp", "http"):
        error = _fails(f"{scheme}://127.0.0.1:{port}/live")
        assert (error.fault, "connection refused" in str(error)) == (Fault.unreachable, True)
    assert _fails("rtsp://no-such-camera.invalid/live").fault is Fault.unreachable


def test_no_such_stream() -> None:
    with serving() as server:
        error = _fails(f"{server.url}/nothing")
    assert (error.fault, "404" in str(error)) == (Fault.missing, True)


def test_logins() -> None:
    refusing = Programme(h264_units(grey_steps(5)), login=True)
    with serving([jpeg(9)]) as server, rtsp_serving(refusing) as host:
        right = server.url.replace("//", "//user:secret@") + "/login"
        with _open(right) as connection:
            assert next(iter(connection.frames()))
        for url in (right.replace("secret", "wrongpassword"), f"rtsp://admin:wrongpassword@{host}/live"):
            error = _fails(url)
            assert (error.fault, error.fault.permanent) == (Fault.login, True)
            assert "user or password are missing or wrong" in str(error)
            assert "wrongpassword" not in str(error)


def test_an_unknown_codec_is_named() -> None:
    programme = Programme(h264_units(grey_steps(5)), codec="UNHEARDOF/90000")
    with rtsp_serving(programme) as host:
        error = _fails(f"rtsp://{host}/live", StreamOptions(open_timeout_s=2))
    assert (error.fault, "unknown codec" in str(error)) == (Fault.unsupported, True)


def test_a_page_is_no_stream() -> None:
    with serving([b"x"]) as server:
        server.images = [b"no image at all"]
        assert _fails(f"{server.url}/mjpeg", QUICK).fault in (Fault.silent, Fault.unsupported, Fault.stalled)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command to make a certificate")
def test_redirects_from_https_to_http_are_refused(tmp_path: Path) -> None:
    names = ["-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with serving([jpeg(9)]) as plain, serving([jpeg(200)]) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        secure = server.url.replace("http:", "https:")
        for url in (f"{secure}/mjpeg", f"{secure}/to?{secure}/mjpeg", f"{plain.url}/to?{secure}/mjpeg"):
            with _open(url) as connection:
                assert next(iter(connection.frames())).decode().mean() > 190
        plain.asked.clear()
        assert "***" in str(_fails(f"{secure}/to?{plain.url}/mjpeg"))
        assert plain.asked == []
