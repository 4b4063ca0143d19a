"""Messages through Apprise, to a real HTTP and a real mail server."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from hook_server import HookServer
from mail_server import MailServer
from maskwatch.errors import MissingExtraError, UsageError
from maskwatch.watch.senders import SendError, make_senders
from maskwatch.watch.senders.apprise import AppriseSettings
from watched_people import event, settings

# raised by a plugin that Apprise loads
old_module = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


def apprise(monkeypatch: pytest.MonkeyPatch, url: str) -> Any:
    pytest.importorskip("apprise", reason="needs the extra: pip install 'maskwatch[watch]'")
    from maskwatch.watch.senders.apprise import AppriseSender

    monkeypatch.setenv("APPRISE_URL", url)
    return AppriseSender(AppriseSettings.model_validate({"type": "apprise", "url": {"env": "APPRISE_URL"}}))


@old_module
def test_messages_are_sentences(monkeypatch: pytest.MonkeyPatch) -> None:
    with HookServer(status=200) as server:
        sender = apprise(monkeypatch, f"json://127.0.0.1:{server.port}/sesame")
        sender.send([event(1)])
        sender.send([event(2), event(3)])
    one, two = (json.loads(call.body) for call in server.calls)
    assert one["title"] == "MaskWatch: 1 person without a mask at door (no-mask)"
    assert two["title"] == "MaskWatch: 2 events"
    assert two["message"].count("without a mask at door") == 2


@old_module
def test_e_mail_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    with MailServer() as server:
        address = f"mailto://127.0.0.1:{server.port}?from=watch@example.org&to=nurse@example.org&mode=insecure"
        apprise(monkeypatch, address).send([event(1)])
    (mail,) = server.got
    assert "Subject: MaskWatch: 1 person without a mask at door (no-mask)" in mail
    assert "To: nurse@example.org" in mail
    assert "without a mask at door (no-mask)" in mail.split("\n\n", 1)[1]


@old_module
def test_errors_do_not_show_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    with HookServer(status=500) as server:
        sender = apprise(monkeypatch, f"json://127.0.0.1:{server.port}/sesame")
        with pytest.raises(SendError) as caught:
            sender.send([event(1)])
    assert "environment variable APPRISE_URL" in str(caught.value)
    assert "sesame" not in str(caught.value)
    with pytest.raises(UsageError, match="Apprise does not recognise the URL in environment variable"):
        apprise(monkeypatch, "nonsense")
    with pytest.raises(UsageError, match="Apprise does not recognise"):
        apprise(monkeypatch, "json://a json://b")


def test_a_missing_package_is_an_error_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'maskwatch\[watch\]'"):
        make_senders(settings(senders=[{"type": "apprise", "url": {"env": "X"}}]))
