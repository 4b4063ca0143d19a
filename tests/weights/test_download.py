"""Downloads from a real server on this computer, which fails in every way that servers fail."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from file_server import Served, free_port, serve
from maskwatch.errors import DownloadError, SinkError
from maskwatch.weights.download import RemoteFile, cache_folder, cached, download

CONTENT = np.random.default_rng(0).bytes(300_000)


@pytest.fixture
def server() -> Iterator[Served]:
    with serve(CONTENT) as served:
        yield served


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASKWATCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def published(url: str, content: bytes = CONTENT) -> RemoteFile:
    return RemoteFile("model.onnx", url, sha256(content).hexdigest(), len(content))


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_a_file_is_downloaded_once(server: Served, cache: Path) -> None:
    file, progress = published(server.url), list[tuple[str, int, int]]()
    assert cached([file]) is None
    path = download(file, lambda *step: progress.append(step))
    assert path.read_bytes() == CONTENT
    assert progress[-1] == ("model.onnx", len(CONTENT), len(CONTENT))
    assert [received for _, received, _ in progress] == sorted({received for _, received, _ in progress})
    assert files_in(cache) == ["model.onnx"]
    assert download(file) == path
    assert cached([file]) == (path,)
    assert server.requests == 1


def test_a_damaged_file_in_the_cache_is_downloaded_again(server: Served, cache: Path) -> None:
    cache.mkdir()
    (cache / "model.onnx").write_bytes(CONTENT[:-1] + b"?")
    assert cached([published(server.url)]) is None
    assert download(published(server.url)).read_bytes() == CONTENT


@pytest.mark.parametrize("says_length", [True, False])
def test_a_broken_connection_leaves_nothing(server: Served, cache: Path, says_length: bool) -> None:
    server.break_after, server.says_length = 100_000, says_length
    with pytest.raises(DownloadError, match=r"stopped after 100000 of 300000 bytes \(.+\); run the same command again"):
        download(published(server.url))
    assert files_in(cache) == []


def test_a_server_without_content_length(server: Served) -> None:
    server.says_length = False
    assert download(published(server.url)).read_bytes() == CONTENT


def test_two_at_once_leave_one_complete_file(server: Served, cache: Path) -> None:
    server.stall_s = 0.05
    with ThreadPoolExecutor(4) as threads:
        paths = list(threads.map(lambda _: download(published(server.url)), range(4)))
    assert {path.read_bytes() for path in paths} == {CONTENT}
    assert files_in(cache) == ["model.onnx"]


def test_other_content_is_refused(server: Served, cache: Path) -> None:
    server.content = CONTENT[::-1]
    with pytest.raises(DownloadError, match=r"not send the published file \(other SHA-256\); nothing was saved"):
        download(published(server.url))
    assert files_in(cache) == []


@pytest.mark.parametrize("says_length", [True, False])
def test_a_larger_file_is_refused_before_it_is_received(server: Served, cache: Path, says_length: bool) -> None:
    server.content, server.says_length = CONTENT * 30, says_length
    progress: list[int] = []
    with pytest.raises(DownloadError, match="not send the published file"):
        download(published(server.url), lambda _name, received, _size: progress.append(received))
    assert max(progress, default=0) <= len(CONTENT)
    assert files_in(cache) == []


def test_a_silent_server_costs_one_time_out(server: Served) -> None:
    server.stall_s = 30
    with pytest.raises(DownloadError, match=r"150000 of 300000 bytes \(.*timed out.*\); run the same command again"):
        download(published(server.url), timeout_s=0.5)


def test_a_slow_server_meets_the_deadline(server: Served) -> None:
    with pytest.raises(DownloadError, match="too slow"):
        download(published(server.url), deadline_s=0)


@pytest.mark.parametrize("status", [404, 403, 503])
def test_an_error_status(server: Served, cache: Path, status: int) -> None:
    server.status = status
    with pytest.raises(DownloadError, match=rf"127\.0\.0\.1 answers {status} .* put the file into {cache}") as caught:
        download(published(server.url))
    assert "\n" not in str(caught.value)


def test_a_server_that_cannot_be_reached(cache: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/model.onnx"
    expected = rf"cannot be reached \(.+\); check the network, or download http.+ elsewhere and put it into {cache}"
    with pytest.raises(DownloadError, match=expected):
        download(published(address))


@pytest.mark.parametrize("address", ["http://example.com/model.onnx", "ftp://127.0.0.1/a", "file:///etc/passwd"])
def test_only_https_is_used(address: str) -> None:
    with pytest.raises(DownloadError, match="not an HTTPS address; nothing was downloaded"):
        download(published(address))


def test_a_redirect_may_not_leave_https(server: Served) -> None:
    server.redirect = "http://example.com/model.onnx"
    with pytest.raises(DownloadError, match=r"http://example\.com/model\.onnx: not an HTTPS address"):
        download(published(server.url))


def test_a_redirect_is_followed(server: Served) -> None:
    with serve(b"") as front:
        front.redirect = server.url
        assert download(published(front.url)).read_bytes() == CONTENT


def test_a_folder_that_cannot_be_written(server: Served, cache: Path) -> None:
    cache.write_text("a file")
    with pytest.raises(SinkError, match="set MASKWATCH_CACHE to another folder"):
        download(published(server.url))


def test_a_full_disk_leaves_nothing(small_disk: Path, server: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASKWATCH_CACHE", str(small_disk))
    server.content = np.random.default_rng(1).bytes(2_000_000)
    with pytest.raises(SinkError, match=r"No space left on device\); free space there, or set MASKWATCH_CACHE"):
        download(published(server.url, server.content))
    assert files_in(small_disk) == []


def test_the_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MASKWATCH_CACHE")
    assert cache_folder().name == "maskwatch"
    monkeypatch.setenv("MASKWATCH_CACHE", "~/models")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "models"
