"""Settings of senders: who is told of events, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from maskwatch.watch.events import KINDS, Kind
from maskwatch.watch.settings.base import Group, Name
from maskwatch.watch.settings.secret import Secret


def _is_web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in url):
        raise ValueError("not an address of a web server; write https://HOST/PATH")
    if parts.username or parts.password:
        raise ValueError("no password in the address; give a token instead")
    return url


class _Sender(Group):
    name: Name = Field(default="", validate_default=False, description="Name in logs and metrics; none: its type.")
    rules: list[Name] = Field(default=[], description="Tell only of incidents of these rules; none: of all.")
    cameras: list[Name] = Field(default=[], description="Tell only of these cameras; none: of all.")
    kinds: list[Kind] = Field(
        default=list(KINDS),
        min_length=1,
        description="Tell only of these: new, update and end of an incident, and camera (a camera changed its state).",
    )

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        if isinstance(value, dict) and not value.get("name"):
            return {**value, "name": value.get("type", "")}
        return value


class WebhookSettings(_Sender):
    """One HTTP POST of JSON for each event, signed as https://www.standardwebhooks.com asks."""

    type: Literal["webhook"] = Field(description="webhook")
    url: Annotated[str, AfterValidator(_is_web_address)] = Field(
        repr=False, description="Address that is called; redirects are not followed."
    )
    secret: Secret | None = Field(default=None, description="Key of the signature (HMAC-SHA256); none: not signed.")
    token: Secret | None = Field(default=None, description="Sent as 'Authorization: Bearer ...'.")
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) to trust instead of the computer's, for a server of one's own."
    )
    timeout_s: float = Field(default=10, gt=0, le=120, description="Longest silence of the receiver.")


class MqttSettings(_Sender):
    """Events as messages of an MQTT broker, with discovery by Home Assistant."""

    type: Literal["mqtt"] = Field(description="mqtt")
    host: str = Field(min_length=1, description="Name or address of the broker.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Port; none: 1883, or 8883 with TLS.")
    username: str | None = Field(default=None, min_length=1, description="User at the broker.")
    password: Secret | None = Field(default=None, description="Password of that user.")
    tls: bool = Field(default=False, description="Encrypt the connection, and check the broker's certificate.")
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) to trust instead of the computer's, for a broker of one's own."
    )
    prefix: str = Field(
        default="maskwatch",
        pattern=r"^[^+#\s/]+(/[^+#\s/]+)*$",
        description="Beginning of all topics; another for each watch.",
    )
    client_id: Name | None = Field(
        default=None,
        description="Name at the broker, which no two programs may share; none: made of prefix and computer.",
    )
    discovery: str | None = Field(
        default="homeassistant",
        pattern=r"^[^+#\s/]+(/[^+#\s/]+)*$",
        description="Topic under which Home Assistant looks for new devices; null: tell it nothing.",
    )
    timeout_s: float = Field(default=10, gt=0, le=120, description="Longest wait for the broker to confirm a message.")

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together; give both or none")
        if self.ca_file is not None and not self.tls:
            raise ValueError("ca_file needs tls: true")
        if not {"new", "end"} <= set(self.kinds):
            raise ValueError("kinds need new and end here, or the topics of rules would say ON for ever")
        return self


class AppriseSettings(_Sender):
    """E-mail, chat and many other services, by https://github.com/caronc/apprise."""

    type: Literal["apprise"] = Field(description="apprise")
    url: Secret = Field(description="One address as Apprise writes them; it holds a password, so it is a secret.")
    kinds: list[Kind] = Field(
        default=["new"], min_length=1, description="Tell only of these; by default the beginning."
    )


class SoundSettings(_Sender):
    """A beep at this computer."""

    type: Literal["sound"] = Field(description="sound")
    kinds: list[Kind] = Field(
        default=["new"], min_length=1, description="Beep only for these; by default the beginning."
    )
    newest_s: float = Field(
        default=15, gt=0, le=3600, description="Events older than this stay silent: a late beep misleads."
    )


class JsonlSettings(_Sender):
    """A file with one line of JSON for each event."""

    type: Literal["jsonl"] = Field(description="jsonl")
    path: Path = Field(description="The file; its folder is made when missing.")
    max_mb: float = Field(default=10, gt=0, le=10000, description="Size in megabytes at which a new file is begun.")
    files: int = Field(
        default=5, ge=1, le=1000, description="So many older files are kept, as PATH.1 (newest), PATH.2, ..."
    )


SenderSettings = Annotated[
    WebhookSettings | MqttSettings | AppriseSettings | SoundSettings | JsonlSettings, Field(discriminator="type")
]
