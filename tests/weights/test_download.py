"""Downloads from a real server on this computer, which fails in every way that servers fail."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from file_server import Served, free_port, serve
from maskwatch.errors import DownloadError, SinkError
from maskwatch.weights.catalogue import RemoteFile
from maskwatch.weights.download import DownloadOptions, download
from waiting import wait_for

CONTENT = np.random.default_rng(0).bytes(300_000)
ONCE = DownloadOptions(attempts=1)
QUICK = DownloadOptions(pause_s=0)


@pytest.fixture
def server() -> Iterator[Served]:
    with serve(CONTENT) as served:
        yield served


def published(url: str, content: bytes = CONTENT) -> RemoteFile:
    return RemoteFile("model.onnx", url, sha256(content).hexdigest(), len(content))


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_fetched_once(server: Served, tmp_path: Path) -> None:
    on_progress: list[tuple[int, int]] = []
    path = download(
        published(server.url), tmp_path / "new", on_progress=lambda have, whole: on_progress.append((have, whole))
    )
    assert path.read_bytes() == CONTENT
    assert on_progress[-1] == (len(CONTENT), len(CONTENT))
    assert leftovers(path.parent) == ["model.onnx"]
    assert download(published(server.url), tmp_path / "new") == path
    assert server.asked == [""]


def test_a_damaged_file_in_the_cache_is_fetched_anew(server: Served, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(CONTENT[:-1] + b"?")
    assert download(published(server.url), tmp_path).read_bytes() == CONTENT


def test_an_interrupted_download_goes_on_where_it_stopped(server: Served, tmp_path: Path) -> None:
    server.break_after = [100_000]
    with pytest.raises(DownloadError, match="100000 of 300000 bytes are here; run the same again to go on"):
        download(published(server.url), tmp_path, ONCE)
    assert not (tmp_path / "model.onnx").exists()
    assert download(published(server.url), tmp_path, ONCE).read_bytes() == CONTENT
    assert server.asked == ["", "bytes=100000-"]
    assert leftovers(tmp_path) == ["model.onnx"]


def test_a_broken_connection_is_taken_up_again_by_itself(server: Served, tmp_path: Path) -> None:
    server.break_after = [100_000, 50_000]
    assert download(published(server.url), tmp_path, QUICK).read_bytes() == CONTENT
    assert server.asked == ["", "bytes=100000-", "bytes=150000-"]


def test_a_killed_download_goes_on_where_it_stopped(server: Served, tmp_path: Path) -> None:
    server.stall_s = 30
    file = published(server.url)
    code = f"from maskwatch.weights.download import *\ndownload({file!r}, Path({str(tmp_path)!r}))"
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        part = tmp_path / f".model.onnx.{file.sha256[:12]}.part"
        wait_for(lambda: part.is_file() and part.stat().st_size >= 100_000, process=process)
        process.kill()
    assert leftovers(tmp_path) == [part.name]
    server.stall_s = 0
    assert download(file, tmp_path, ONCE).read_bytes() == CONTENT
    assert int(server.asked[1].removeprefix("bytes=").removesuffix("-")) >= 100_000


def test_two_at_once_leave_one_whole_file_and_no_traceback(server: Served, tmp_path: Path) -> None:
    server.stall_s = 0.05

    def fetch(_: int) -> str:
        try:
            return download(published(server.url), tmp_path, QUICK).name
        except DownloadError as error:
            return str(error)

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(fetch, range(4)))
    assert all(outcome == "model.onnx" or "\n" not in outcome for outcome in outcomes)
    assert download(published(server.url), tmp_path, QUICK).read_bytes() == CONTENT
    assert leftovers(tmp_path) == ["model.onnx"]


def test_a_server_without_range_begins_anew(server: Served, tmp_path: Path) -> None:
    server.ranges = False
    server.break_after = [100_000]
    assert download(published(server.url), tmp_path, QUICK).read_bytes() == CONTENT
    assert server.asked == ["", "bytes=100000-"]


def test_a_server_that_does_not_say_how_much_comes(server: Served, tmp_path: Path) -> None:
    server.says_length = False
    assert download(published(server.url), tmp_path, QUICK).read_bytes() == CONTENT
    server.break_after = [1000]
    (tmp_path / "model.onnx").unlink()
    with pytest.raises(DownloadError, match="1000 of 300000 bytes"):
        download(published(server.url), tmp_path, ONCE)


def test_other_content_is_thrown_away(server: Served, tmp_path: Path) -> None:
    server.content = CONTENT[::-1]
    with pytest.raises(DownloadError, match=r"not the published file \(other SHA-256\); nothing was kept"):
        download(published(server.url), tmp_path, QUICK)
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize("says_length", [True, False])
def test_too_much_is_refused_before_it_fills_the_disk(server: Served, tmp_path: Path, says_length: bool) -> None:
    server.content = CONTENT * 3
    server.says_length = says_length
    with pytest.raises(DownloadError, match="not the published file"):
        download(published(server.url), tmp_path, QUICK)
    assert leftovers(tmp_path) == []


def test_a_bad_beginning_is_not_gone_on_with_for_ever(server: Served, tmp_path: Path) -> None:
    file = published(server.url)
    (tmp_path / f".model.onnx.{file.sha256[:12]}.part").write_bytes(b"x" * 1000)
    assert download(file, tmp_path, QUICK).read_bytes() == CONTENT
    assert server.asked == ["bytes=1000-", ""]


def test_a_beginning_that_is_too_long_is_dropped(server: Served, tmp_path: Path) -> None:
    file = published(server.url)
    (tmp_path / f".model.onnx.{file.sha256[:12]}.part").write_bytes(CONTENT + b"more")
    assert download(file, tmp_path, QUICK).read_bytes() == CONTENT


def test_a_server_that_has_less_than_is_here(server: Served, tmp_path: Path) -> None:
    file = published(server.url)
    (tmp_path / f".model.onnx.{file.sha256[:12]}.part").write_bytes(CONTENT[:200_000])
    server.content = CONTENT[:150_000]
    with pytest.raises(DownloadError, match="not the published file"):
        download(file, tmp_path, QUICK)


def test_another_piece_than_was_asked_for(server: Served, tmp_path: Path) -> None:
    server.wrong_range = True
    server.break_after = [1000]
    with pytest.raises(DownloadError, match="another piece"):
        download(published(server.url), tmp_path, QUICK)


def test_a_silent_server_costs_one_time_out(server: Served, tmp_path: Path) -> None:
    server.stall_s = 30
    with pytest.raises(DownloadError, match=r"timed out.* of 300000 bytes are here; run the same again"):
        download(published(server.url), tmp_path, DownloadOptions(timeout_s=0.5, attempts=1))


def test_a_slow_server_meets_the_deadline(server: Served, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="too slow"):
        download(published(server.url), tmp_path, DownloadOptions(deadline_s=0))


@pytest.mark.parametrize(("status", "asked"), [(404, 1), (403, 1), (503, 3)])
def test_an_answer_without_the_file(server: Served, tmp_path: Path, status: int, asked: int) -> None:
    server.status = status
    with pytest.raises(DownloadError, match=f"127.0.0.1 answers {status}") as on_progress:
        download(published(server.url), tmp_path, QUICK)
    assert "\n" not in str(on_progress.value)
    assert len(server.asked) == asked


def test_nobody_there(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/model.onnx"
    with pytest.raises(
        DownloadError,
        match=rf"cannot be reached \(.+\); check the network, or get http.+ elsewhere and put it into {tmp_path}",
    ):
        download(published(address), tmp_path, QUICK)


@pytest.mark.parametrize("address", ["http://example.com/model.onnx", "ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_only_https_is_asked(address: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="not a secure address"):
        download(published(address), tmp_path, QUICK)


def test_a_redirection_may_not_leave_https(server: Served, tmp_path: Path) -> None:
    server.redirect = "http://example.com/model.onnx"
    with pytest.raises(DownloadError, match=r"http://example\.com/model\.onnx: not a secure address"):
        download(published(server.url), tmp_path, QUICK)


def test_a_redirection_is_followed(server: Served, tmp_path: Path) -> None:
    with serve(b"") as front:
        front.redirect = server.url
        assert download(published(front.url), tmp_path, QUICK).read_bytes() == CONTENT


def test_a_place_that_cannot_be_written(server: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SinkError, match="name another folder in MASKWATCH_CACHE"):
        download(published(server.url), tmp_path / "file" / "below", QUICK)


def test_a_full_disk_keeps_what_fits_and_goes_on_later(server: Served, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(small)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"needs a small disk, and nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        with pytest.raises(SinkError, match=r"No space left on device\); make room, or name another folder"):
            download(published(server.url), small, QUICK)
        assert not (small / "model.onnx").exists()
        subprocess.run(["mount", "-o", "remount,size=1m", str(small)], check=True)
        assert download(published(server.url), small, QUICK).read_bytes() == CONTENT
        assert server.asked[-1].startswith("bytes=")
    finally:
        subprocess.run(["umount", str(small)], check=True)
