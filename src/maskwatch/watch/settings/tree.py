"""The whole tree of settings, and what must agree between its parts."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from maskwatch.watch.settings.base import Group, repeated
from maskwatch.watch.settings.cameras import CameraSettings
from maskwatch.watch.settings.rules import RuleSettings
from maskwatch.watch.settings.senders import SenderSettings
from maskwatch.watch.settings.services import (
    ClipSettings,
    DetectorSettings,
    EventSettings,
    MetricsSettings,
    PreviewSettings,
    SnapshotSettings,
    WatchdogSettings,
)


class WatchSettings(Group):
    """Everything that ``maskwatch watch`` can be told."""

    cameras: list[CameraSettings] = Field(min_length=1, description="The cameras, streams or files to watch.")
    detector: DetectorSettings = Field(default=DetectorSettings(), description="How faces are found.")
    rules: list[RuleSettings] = Field(
        default=[RuleSettings(name="no-mask")],
        description="What makes an incident; by default two seconds without a mask.",
    )
    events: EventSettings = Field(default=EventSettings(), description="The history of events.")
    senders: list[SenderSettings] = Field(default=[], description="Who is told of events.")
    snapshots: SnapshotSettings = Field(default=SnapshotSettings(), description="Images of incidents.")
    clips: ClipSettings = Field(default=ClipSettings(), description="Short videos of incidents.")
    metrics: MetricsSettings = Field(default=MetricsSettings(), description="Figures for Prometheus.")
    preview: PreviewSettings = Field(default=PreviewSettings(), description="A page to look at.")
    watchdog: WatchdogSettings = Field(default=WatchdogSettings(), description="Noticing that detection stands still.")

    @model_validator(mode="after")
    def _parts_agree(self) -> Self:
        cameras = {camera.name: {zone.name for zone in camera.zones} for camera in self.cameras}
        for what, names in (
            ("cameras", [camera.name for camera in self.cameras]),
            ("rules", [rule.name for rule in self.rules]),
            ("senders", [sender.name for sender in self.senders]),
        ):
            twice = repeated(names)
            if twice is not None:
                raise ValueError(f"two {what} are named {twice}; give each a name of its own")
        for rule in self.rules:
            _check_known(f"rule {rule.name}", "camera", rule.cameras, list(cameras))
            for camera in rule.cameras or cameras:
                if rule.zone is not None and rule.cameras and rule.zone not in cameras[camera]:
                    raise ValueError(f"rule {rule.name}: camera {camera} has no zone {rule.zone}")
            if rule.zone is not None and not any(rule.zone in zones for zones in cameras.values()):
                raise ValueError(f"rule {rule.name}: no camera has a zone {rule.zone}")
        for sender in self.senders:
            _check_known(f"sender {sender.name}", "camera", sender.cameras, list(cameras))
            _check_known(f"sender {sender.name}", "rule", sender.rules, [rule.name for rule in self.rules])
        return self

    def rules_of(self, camera: CameraSettings) -> list[RuleSettings]:
        """The rules that look at a camera."""
        zones = {zone.name for zone in camera.zones}
        return [
            rule
            for rule in self.rules
            if (not rule.cameras or camera.name in rule.cameras) and (rule.zone is None or rule.zone in zones)
        ]


def _check_known(who: str, what: str, names: list[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{who} names {what} {name}, which there is not; there are: {', '.join(known)}")
