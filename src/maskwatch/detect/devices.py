"""Devices that run a network: each is an execution provider of ONNX Runtime, which comes in a package of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maskwatch.errors import UsageError


@dataclass(frozen=True)
class Device:
    """A device that users can name.

    Attributes:
        provider: name of the execution provider.
        install: what to do where the installed ONNX Runtime lacks it.
        options: provider options for a number of threads (None: all cores).
    """

    provider: str
    install: str
    options: Callable[[int | None], dict[str, str]] = lambda _threads: {}


def _replace(package: str) -> str:
    return f"run 'pip uninstall onnxruntime', then 'pip install {package}'"


def _openvino(threads: int | None) -> dict[str, str]:
    """All calculations in float32: on some CPUs, OpenVINO would use bfloat16, which changes scores."""
    config = {"CPU": {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": str(threads or 0)}}
    return {"device_type": "CPU", "load_config": json.dumps(config)}


DEVICES: dict[str, Device] = {
    "cpu": Device("CPUExecutionProvider", "run 'pip install onnxruntime'"),
    "cuda": Device("CUDAExecutionProvider", _replace("onnxruntime-gpu"), lambda _threads: {"use_tf32": "0"}),
    "openvino": Device("OpenVINOExecutionProvider", _replace("onnxruntime-openvino"), _openvino),
    "coreml": Device("CoreMLExecutionProvider", "it needs macOS", lambda _threads: {"ModelFormat": "MLProgram"}),
    "directml": Device("DmlExecutionProvider", _replace("onnxruntime-directml") + " on Windows"),
}
"""The devices by name. A new one needs an entry here and nothing else."""


@dataclass(frozen=True)
class RuntimeOptions:
    """How ONNX Runtime runs a network.

    Attributes:
        threads: threads per image; None: all cores.
        device: one of `DEVICES`.

    Raises:
        UsageError: when a value is out of range.
    """

    threads: int | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.threads is not None and self.threads < 1:
            raise UsageError(f"--threads {self.threads} is out of range; take at least 1, or omit it for all cores")
        if self.device not in DEVICES:
            raise UsageError(f"--device {self.device} is not known; take one of {', '.join(DEVICES)}")

    def providers(self, installed: Sequence[str]) -> list[str | tuple[str, dict[str, str]]]:
        """The execution providers to request, the device's first; the CPU runs what it does not support.

        Args:
            installed: providers of the installed ONNX Runtime.

        Raises:
            UsageError: when the device's is not among them.
        """
        device = DEVICES[self.device]
        if device.provider not in installed:
            raise UsageError(
                f"--device {self.device}: the installed ONNX Runtime does not support it; {device.install}"
            )
        cpu = DEVICES["cpu"].provider
        return [cpu] if device.provider == cpu else [(device.provider, device.options(self.threads)), cpu]


def installed_devices() -> list[str]:
    """The names of the devices that the installed ONNX Runtime supports."""
    import onnxruntime

    providers = onnxruntime.get_available_providers()
    return [name for name, device in DEVICES.items() if device.provider in providers]
