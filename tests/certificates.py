"""A certificate for local servers."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def make_certificate(folder: Path) -> Path:
    """Key and self-signed certificate for 127.0.0.1 in one PEM file; skips the test without openssl."""
    path, half = folder / "server.pem", folder / "certificate.pem"
    how = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=here"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", str(half)]
    try:
        made = subprocess.run(["openssl", *how.split(), *names], capture_output=True, check=False)
    except OSError:
        made = None
    if made is None or made.returncode:
        pytest.skip("needs the program openssl to make a certificate")
    path.write_bytes(path.read_bytes() + half.read_bytes())
    return path
