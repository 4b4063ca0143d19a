from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from maskwatch.app.options import AppOptions
from maskwatch.app.server import check_address, serve, streamlit_settings
from maskwatch.errors import MissingExtraError, UsageError


def test_it_listens_on_this_computer_alone_and_calls_nobody() -> None:
    values = streamlit_settings(AppOptions())
    assert values["server.address"] == "127.0.0.1"
    assert set(values["server.allowedHosts"]) == {"localhost", "127.0.0.1", "::1"}
    assert values["browser.gatherUsageStats"] is False
    assert values["server.showEmailPrompt"] is False
    assert "server.enableXsrfProtection" not in values
    assert "server.enableCORS" not in values


@pytest.mark.parametrize(
    ("host", "loopback", "address"),
    [
        ("127.0.0.1", True, "http://127.0.0.1:8501"),
        ("localhost", True, "http://localhost:8501"),
        ("::1", True, "http://[::1]:8501"),
        ("127.0.0.2", True, "http://127.0.0.2:8501"),
        ("0.0.0.0", False, "http://127.0.0.1:8501"),
        ("::", False, "http://[::1]:8501"),
        ("192.168.1.7", False, "http://192.168.1.7:8501"),
        ("office.example", False, "http://office.example:8501"),
    ],
)
def test_who_can_reach_it(host: str, loopback: bool, address: str) -> None:
    options = AppOptions(host)
    assert options.loopback is loopback
    assert options.address == address
    assert ("server.allowedHosts" in streamlit_settings(options)) is loopback


def test_a_port_in_use_is_refused_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port {port} is in use; stop the other program or take another"):
            check_address(AppOptions(port=port))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (AppOptions(port=0), "--port 0 is out of range"),
        (AppOptions(port=70_000), "--port 70000 is out of range"),
        (AppOptions("no.such.host.invalid"), "--host no.such.host.invalid: no such address"),
        (AppOptions("192.0.2.1"), "--host 192.0.2.1 --port 8501: cannot listen"),
    ],
)
def test_an_address_that_cannot_be_listened_on(options: AppOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        check_address(options)


def test_without_streamlit_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "streamlit", None)
    monkeypatch.setitem(sys.modules, "streamlit.web", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'maskwatch\[app\]'"):
        serve(AppOptions(), print)


def test_only_the_pages_need_streamlit() -> None:
    modules = "cards detectors downloads images options server session theme views"
    imports = "; ".join(f"import maskwatch.app.{name}" for name in modules.split())
    code = f"{imports}; import sys; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
