from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from commands import Command
from file_server import Served, free_port, serve
from maskwatch.cli import OK, SOME_FAILED, WRONG_USAGE
from maskwatch.detect.face_detectors import yunet
from maskwatch.detect.known_models import downloadable_models

CONTENT = b"a network" * 1000


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASKWATCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def server(cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The publisher of yunet, on this computer."""
    with serve(CONTENT) as served:
        publish(served.url, monkeypatch)
        yield served


def publish(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    record = yunet.FACE_DETECTOR
    file = replace(record.files[0], url=url, sha256=sha256(CONTENT).hexdigest(), size=len(CONTENT))
    monkeypatch.setattr(yunet, "FACE_DETECTOR", replace(record, files=(file,)))


def test_a_model_is_fetched_and_then_listed(server: Served, cache: Path, maskwatch: Command) -> None:
    before = {model["name"]: model["state"] for model in json.loads(maskwatch("models", "--json").out)}
    assert before["yunet"] == "not fetched"
    result = maskwatch("models", "fetch", "yunet")
    assert result.status == OK
    assert result.out == f"yunet: {cache / 'yunet_n_640_640.onnx'} (licence: Apache-2.0)\n"
    assert (cache / "yunet_n_640_640.onnx").read_bytes() == CONTENT
    yunet = next(model for model in json.loads(maskwatch("models", "--json").out) if model["name"] == "yunet")
    assert (yunet["state"], yunet["paths"]) == ("fetched", [str(cache / "yunet_n_640_640.onnx")])
    assert maskwatch("models", "fetch", "yunet").status == OK
    assert server.requests == 1


def test_the_list_has_a_licence_for_each(cache: Path, maskwatch: Command) -> None:
    out = maskwatch("models").out
    for name, kind in {"small": "detector", "classifier": "classifier", "res10": "face detector"}.items():
        (line,) = [line for line in out.splitlines() if line.startswith(f"{name} ")]
        assert f" {kind} " in line
        assert "licence: " in line
    assert "models fetch NAME" in out


def test_other_content_and_no_server_are_one_line(
    server: Served, cache: Path, maskwatch: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.content = CONTENT[::-1]
    result = maskwatch("models", "fetch", "yunet")
    assert result.status == SOME_FAILED
    assert "not send the published file (other SHA-256)" in result.error_lines[-1]
    assert not cache.exists()
    publish(f"http://127.0.0.1:{free_port()}/x", monkeypatch)
    result = maskwatch("models", "fetch", "yunet")
    assert result.status == SOME_FAILED
    assert "127.0.0.1 cannot be reached" in result.error_lines[-1]
    assert f"elsewhere and put it into {cache}" in result.error_lines[-1]


def test_unknown_names(cache: Path, maskwatch: Command) -> None:
    result = maskwatch("models", "fetch", "dlib")
    assert result.status == WRONG_USAGE
    assert result.error_lines == [
        "maskwatch: dlib: not a model that can be fetched; take one of res10, yunet, retinaface"
    ]


def test_cards_of_both_kinds(maskwatch: Command) -> None:
    assert "thresholds" in maskwatch("models", "show", "small").out
    shown = maskwatch("models", "show", "classifier").out
    assert "(classifier)" in shown
    assert "margin of 20% on each side" in shown
    assert json.loads(maskwatch("models", "show", "classifier", "--json").out)["task"] == "classifier"


def test_all_listed_models_can_be_shown(cache: Path, maskwatch: Command) -> None:
    for model in json.loads(maskwatch("models", "--json").out):
        result = maskwatch("models", "show", model["name"])
        assert result.status == OK
        assert f"  licence     {model['licence']}\n" in result.out
        assert json.loads(maskwatch("models", "show", model["name"], "--json").out)["licence"] == model["licence"]


def test_the_entry_of_a_third_party_model(server: Served, cache: Path, maskwatch: Command) -> None:
    out = maskwatch("models", "show", "yunet").out
    assert out.startswith("yunet (face detector), third-party\n")
    assert f"  size        {len(CONTENT) / 1e6:.1f} MB\n" in out
    assert f"  address     {server.url}\n" in out
    assert "not fetched; run 'maskwatch models fetch yunet'" in out
    assert maskwatch("models", "fetch", "yunet").status == OK
    assert maskwatch("models", "show", "yunet").out.endswith(f"  file        {cache / 'yunet_n_640_640.onnx'}\n")
    shown = json.loads(maskwatch("models", "show", "yunet", "--json").out)
    assert (shown["state"], shown["urls"]) == ("fetched", [server.url])


def test_every_entry_is_pinned() -> None:
    for model in downloadable_models().values():
        assert model.licence
        for file in model.files:
            assert file.url.startswith("https://")
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size > 0


@pytest.mark.shared
@pytest.mark.parametrize("name", ["yunet", "res10"])
def test_the_sums_are_those_of_the_files(name: str, shared: Path) -> None:
    for file in downloadable_models()[name].files:
        content = (shared / "models" / file.name).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (file.size, file.sha256)
