"""Webhooks against a real HTTP server: signatures, refused redirects, error messages."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from certificates import make_certificate
from hook_server import HookServer
from maskwatch.errors import UsageError
from maskwatch.watch.senders.base import SendError
from maskwatch.watch.senders.webhook import WebhookSender, WebhookSettings
from watched_people import event


def sender(url: str, **values: Any) -> WebhookSender:
    return WebhookSender(WebhookSettings.model_validate({"type": "webhook", "url": url, "timeout_s": 5, **values}))


def failure(to: WebhookSender) -> SendError:
    with pytest.raises(SendError) as caught:
        to.send([event(1)])
    assert "sesame" not in str(caught.value)
    return caught.value


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("HOOK_SECRET", "whsec_" + base64.b64encode(b"open sesame").decode())
    return {"env": "HOOK_SECRET"}


def test_an_event_arrives_as_json_with_its_id() -> None:
    with HookServer() as server:
        sender(server.url).send([event(1, "end", zone="left")])
    (call,) = server.calls
    assert call.path == "/hook?key=sesame"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["webhook-id"] == call.data["id"]
    assert "webhook-signature" not in call.headers
    assert (call.data["kind"], call.data["camera"], call.data["zone"]) == ("end", "door", "left")
    assert b'"type": "maskwatch.end"' in call.body


def test_the_signature_can_be_verified_as_documented(secret: dict[str, str]) -> None:
    with HookServer() as server:
        sender(server.url, secret=secret).send([event(1)])
    (call,) = server.calls
    page = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")
    code = next(block for block in page.split("```python\n") if "def genuine" in block).split("```")[0]
    names: dict[str, Any] = {}
    exec(code, names)
    genuine = names["genuine"]
    assert genuine("whsec_" + base64.b64encode(b"open sesame").decode(), call.headers, call.body)
    assert not genuine("whsec_" + base64.b64encode(b"open simsim").decode(), call.headers, call.body)
    assert not genuine("whsec_" + base64.b64encode(b"open sesame").decode(), call.headers, call.body + b" ")
    old = call.headers | {"webhook-timestamp": str(int(time.time()) - 3600)}
    assert not genuine("whsec_" + base64.b64encode(b"open sesame").decode(), old, call.body)


def test_the_signature_is_that_of_the_standard(secret: dict[str, str]) -> None:
    with HookServer() as server:
        sender(server.url, secret=secret).send([event(1)])
    (call,) = server.calls
    assert abs(int(call.headers["webhook-timestamp"]) - time.time()) < 30
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    expected = base64.b64encode(hmac.new(b"open sesame", signed, hashlib.sha256).digest()).decode()
    assert call.headers["webhook-signature"] == f"v1,{expected}"


def test_a_token_is_sent_and_never_shown(secret: dict[str, str]) -> None:
    with HookServer(status=401) as server:
        error = failure(sender(server.url, token=secret))
    assert server.calls[0].headers["authorization"].startswith("Bearer whsec_")
    assert str(error) == "http://127.0.0.1 answers 401 Unauthorized; check token and secret"
    assert not error.final


@pytest.mark.parametrize(("status", "final"), [(500, False), (503, False), (429, False), (404, False), (400, True)])
def test_error_statuses_are_failures_and_some_are_final(status: int, final: bool) -> None:
    with HookServer(status=status) as server:
        error = failure(sender(server.url))
    assert f"answers {status}" in str(error)
    assert error.final == final


@pytest.mark.parametrize(("wish", "seconds"), [("7", 7), ("99999", 300), ("soon", 0), ("-3", 0)])
def test_a_target_can_ask_for_a_pause(wish: str, seconds: float) -> None:
    with HookServer(status=503, answers={"Retry-After": wish}) as server:
        assert failure(sender(server.url)).retry_after_s == seconds


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    with HookServer() as other, HookServer(status=status, answers={"Location": other.url}) as server:
        error = failure(sender(server.url))
        assert "redirects to 127.0.0.1; redirects are refused, so set the final address" in str(error)
        assert other.calls == []


def test_an_unreachable_server() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/sesame"
        assert "cannot be reached (connection refused)" in str(failure(sender(url)))
        with pytest.raises(SendError, match="cannot be reached"):
            sender(url).check()


def test_a_silent_server_times_out() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        error = failure(sender(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout_s=0.3))
    assert "no answer in time" in str(error)
    assert time.monotonic() - started < 5


def test_a_server_that_does_not_speak_http_is_a_failure() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        hook = sender(f"http://127.0.0.1:{server.getsockname()[1]}/")

        def talk() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        assert "cannot be reached" in str(failure(hook))
        thread.join()


def test_certificates_are_verified(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with HookServer() as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
        url = server.url.replace("http:", "https:")
        assert "its certificate is not trusted: self-signed certificate" in str(failure(sender(url)))
        with pytest.raises(SendError, match="not trusted"):
            sender(url).check()
        trusting = sender(url, ca_file=certificate)
        assert trusting.check() == "https://127.0.0.1 answers; nothing was sent"
        trusting.send([event(1)])
        assert len(server.calls) == 1


def test_missing_secrets_and_certificates_are_errors_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="environment variable NO_SUCH_SECRET holds no secret"):
        sender("http://h/", secret={"env": "NO_SUCH_SECRET"})
    (tmp_path / "ca.pem").write_text("none", encoding="utf-8")
    with pytest.raises(UsageError, match="no certificates can be read there"):
        sender("https://h/", ca_file=tmp_path / "ca.pem")
    (tmp_path / "key").write_text("whsec_!!", encoding="utf-8")
    with pytest.raises(UsageError, match="not base64"):
        sender("https://h/", secret={"file": tmp_path / "key"})
