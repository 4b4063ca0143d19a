"""Hostile servers: playlists and redirects lead FFmpeg to no local file and to no other protocol."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import av
import pytest

from clips import Clip, grey_steps, write_clip
from maskwatch.sources.options import StreamOptions
from maskwatch.sources.streams.address import parse
from maskwatch.sources.streams.connection import Connection
from maskwatch.sources.streams.fault import StreamError
from maskwatch.sources.streams.opening import container_options
from stream_servers import ImageServer, serving

OPTIONS = StreamOptions(open_timeout_s=2, read_timeout_s=2, stall_s=2)
HEAD = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
TAIL = "#EXT-X-ENDLIST\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A private video on this computer."""
    folder = tmp_path / "outside"
    folder.mkdir()
    write_clip(folder / "private.mp4", grey_steps(20))
    return write_clip(folder / "private.ts", grey_steps(20), Clip())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of the server."""
    folder = tmp_path / "server"
    folder.mkdir()
    write_clip(folder / "public.ts", grey_steps(20))
    return folder


def _frames(url: str) -> int:
    with Connection(parse(url), OPTIONS) as connection:
        return len(list(islice(connection.frames(), 10)))


def _playlist(folder: Path, *lines: str) -> str:
    (folder / "list.m3u8").write_text(HEAD + "\n".join(lines) + "\n" + TAIL)
    return "list.m3u8"


def test_a_decent_playlist_plays(folder: Path) -> None:
    name = _playlist(folder, "#EXTINF:0.8,", "public.ts")
    with serving(folder=folder) as server, Connection(parse(f"{server.url}/{name}"), OPTIONS) as connection:
        assert (connection.bursty, connection.finite) == (True, True)
        assert len(list(connection.frames())) == 20


@pytest.mark.parametrize(
    "entry",
    [
        "file://{outside}",
        "file:{outside}",
        "concat:file:{outside}|file:{outside}",
        "crypto:file:{outside}",
        "crypto+file:{outside}",
        "subfile,,start,0,end,0,,:{outside}",
        "async:file:{outside}",
        "cache:file:{outside}",
        "data:video/mp2t;base64,{data}",
        "concat:{url}/public.ts",
        "lavfi:testsrc",
        "fd:0",
        "pipe:0",
        "tcp://{host}/public.ts",
        "gopher://{host}/public.ts",
        "ftp://{host}/public.ts",
        "rtsp://{host}/public.ts",
    ],
)
def test_playlists_do_not_leave_the_web(entry: str, folder: Path, outside: Path) -> None:
    import base64

    with serving(folder=folder) as server:
        text = entry.format(
            outside=outside,
            url=server.url,
            host=server.url.removeprefix("http://"),
            data=base64.b64encode(outside.read_bytes()).decode(),
        )
        name = _playlist(folder, "#EXTINF:0.8,", text)
        assert _nothing_of(f"{server.url}/{name}")
        assert server.asked == [f"/{name}"], "something else was asked for"


def test_maps_keys_and_nested_playlists_do_not_leave_the_web(folder: Path, outside: Path) -> None:
    entry = ["#EXTINF:0.8,", "public.ts"]
    hostile = {
        "map": [f'#EXT-X-MAP:URI="file://{outside.with_suffix(".mp4")}"', *entry],
        "key": [f'#EXT-X-KEY:METHOD=AES-128,URI="file://{outside}"', *entry],
        "variant": ["#EXT-X-STREAM-INF:BANDWIDTH=100000", f"file://{outside.parent}/inner.m3u8"],
        "rendition": [f'#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="a",NAME="a",URI="file://{outside.parent}/inner.m3u8"'],
    }
    (outside.parent / "inner.m3u8").write_text(HEAD + "#EXTINF:0.8,\nprivate.ts\n" + TAIL)
    with serving(folder=folder) as server:
        for lines in hostile.values():
            assert _nothing_of(f"{server.url}/{_playlist(folder, *lines)}")


def test_a_concat_script_and_a_session_description_are_no_streams(folder: Path, outside: Path) -> None:
    (folder / "script").write_text(f"ffconcat version 1.0\nfile {outside}\n")
    (folder / "session.sdp").write_text("v=0\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n")
    with serving(folder=folder) as server:
        for name in ("script", "session.sdp"):
            assert _nothing_of(f"{server.url}/{name}")


@pytest.mark.parametrize("target", ["file://{outside}", "{outside}", "rtsp://{host}/x", "concat:{outside}"])
def test_redirects_do_not_leave_the_web(target: str, folder: Path, outside: Path) -> None:
    with serving(folder=folder) as server:
        host = server.url.removeprefix("http://")
        assert _nothing_of(f"{server.url}/to?{target.format(outside=outside, host=host)}")


def test_redirects_within_the_web_are_followed(folder: Path) -> None:
    with serving(folder=folder) as server:
        assert _frames(f"{server.url}/to?{server.url}/public.ts") == 10


def test_each_kind_of_address_allows_its_own_kind_only() -> None:
    for scheme, forbidden in (("rtsp", "http"), ("rtsps", "http"), ("http", "rtsp"), ("https", "rtsp")):
        allowed = container_options(parse(f"{scheme}://host/1"), OPTIONS)["protocol_whitelist"].split(",")
        assert scheme in allowed
        assert not {forbidden, "file", "concat", "crypto", "data", "subfile", "pipe", "fd", "ftp", "lavfi"} & {*allowed}


def test_without_the_limits_it_would_happen(folder: Path, outside: Path) -> None:
    """The attacks above are real: without the limits, FFmpeg opens the file."""
    name = _playlist(folder, "#EXTINF:0.8,", f"file://{outside}")
    with serving(folder=folder) as server:
        url = f"{server.url}/{name}"
        with av.open(url, container_options={"protocol_whitelist": "http,tcp,file"}, timeout=(2, 2)) as container:
            assert len(list(islice(container.decode(video=0), 10))) == 10


def _nothing_of(url: str) -> bool:
    try:
        return _frames(url) == 0
    except StreamError:
        return True


def test_the_server_records_requests(folder: Path) -> None:
    with serving(folder=folder) as server:
        assert isinstance(server, ImageServer)
        assert _frames(f"{server.url}/public.ts") == 10
        assert server.asked == ["/public.ts"]
