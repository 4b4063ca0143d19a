"""Devices that run a network. Only the CPU is tested for real; the others with a stand-in for ONNX Runtime."""

from __future__ import annotations

import json
from typing import Any

import onnxruntime
import pytest

from maskwatch import load_detector
from maskwatch.detect.devices import DEVICES, RuntimeOptions, installed_devices
from maskwatch.detect.options import InferenceOptions, open_detector
from maskwatch.detect.session import open_network
from maskwatch.errors import UsageError
from maskwatch.weights import find_model

CPU = "CPUExecutionProvider"
EVERY_PROVIDER = [device.provider for device in DEVICES.values()]


class FakeSession:
    """Records how it was opened; ``works`` is False for a provider without its libraries, which ONNX Runtime drops."""

    opened: list[Any]
    works = True

    def __init__(self, content: bytes, options: onnxruntime.SessionOptions, providers: list[Any]) -> None:
        self.opened.append(providers)
        names = [provider if isinstance(provider, str) else provider[0] for provider in providers]
        self._providers = names if self.works else [CPU]

    def get_providers(self) -> list[str]:
        return self._providers


@pytest.fixture
def every_provider(monkeypatch: pytest.MonkeyPatch) -> type[FakeSession]:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: EVERY_PROVIDER)
    monkeypatch.setattr(onnxruntime, "InferenceSession", FakeSession)
    monkeypatch.setattr(FakeSession, "opened", [], raising=False)
    return FakeSession


def test_the_cpu_is_there_and_the_default() -> None:
    assert "cpu" in installed_devices()
    assert RuntimeOptions().providers([CPU]) == [CPU]
    assert open_network(find_model("small")).get_providers() == [CPU]


@pytest.mark.parametrize("name", [name for name in DEVICES if name != "cpu"])
def test_another_device_comes_first_and_the_cpu_second(name: str, every_provider: type[FakeSession]) -> None:
    open_network(find_model("small"), RuntimeOptions(device=name))
    (provider, _), fallback = every_provider.opened[0]
    assert (provider, fallback) == (DEVICES[name].provider, CPU)
    assert installed_devices() == list(DEVICES)


@pytest.mark.parametrize("threads", [None, 3])
def test_openvino_calculates_in_float32(threads: int | None) -> None:
    (_, options), _ = RuntimeOptions(threads, "openvino").providers(EVERY_PROVIDER)
    config = json.loads(options["load_config"])["CPU"]
    assert config == {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": str(threads or 0)}


@pytest.mark.parametrize(
    ("name", "package"),
    [("cuda", "onnxruntime-gpu"), ("openvino", "onnxruntime-openvino"), ("directml", "onnxruntime-directml")],
)
def test_a_device_that_is_not_installed_names_its_package(name: str, package: str) -> None:
    expected = f"--device {name}: the installed ONNX Runtime does not support it; .*'pip install {package}'"
    with pytest.raises(UsageError, match=expected):
        RuntimeOptions(device=name).providers([CPU])


def test_a_device_that_does_not_start_is_an_error(
    every_provider: type[FakeSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(every_provider, "works", False)
    with pytest.raises(UsageError, match="--device cuda cannot be used; check its driver"):
        open_network(find_model("small"), RuntimeOptions(device="cuda"))


@pytest.mark.parametrize("wrong", [{"device": "gpu"}, {"threads": 0}])
def test_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"take one of cpu, cuda|take at least 1"):
        RuntimeOptions(**wrong)


def test_the_device_of_every_interface_reaches_onnx_runtime(
    every_provider: type[FakeSession], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(every_provider, "works", False)  # the error shows that the device was asked for
    for open_it in (
        lambda: load_detector(device="cuda"),
        lambda: open_detector(InferenceOptions(device="cuda")),
        lambda: open_detector(InferenceOptions(face_detector="maskwatch", device="cuda")),
    ):
        with pytest.raises(UsageError, match="--device cuda cannot be used"):
            open_it()
    assert len(every_provider.opened) == 3
