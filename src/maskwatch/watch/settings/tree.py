"""The whole tree of settings, and the checks between its parts."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, create_model, model_validator

from maskwatch.watch.schema import Group, repeated
from maskwatch.watch.senders import SENDERS, SenderSettings, settings_of
from maskwatch.watch.settings.cameras import CameraSettings
from maskwatch.watch.settings.rules import RuleSettings
from maskwatch.watch.settings.services import (
    ClipSettings,
    DetectorSettings,
    EventSettings,
    MetricsSettings,
    PreviewSettings,
    SnapshotSettings,
    WatchdogSettings,
)

if TYPE_CHECKING:
    AnySender = SenderSettings
else:
    AnySender = settings_of(SENDERS)


class WatchSettings(Group):
    """All settings of ``maskwatch watch``."""

    cameras: list[CameraSettings] = Field(min_length=1, description="Cameras, streams or files to watch.")
    detector: DetectorSettings = Field(default=DetectorSettings(), description="Face detection.")
    rules: list[RuleSettings] = Field(
        default=[RuleSettings(name="no-mask")],
        description="What starts an incident; by default two seconds without a mask.",
    )
    events: EventSettings = Field(default=EventSettings(), description="The event history.")
    senders: list[AnySender] = Field(default=[], description="Alert targets.")
    snapshots: SnapshotSettings = Field(default=SnapshotSettings(), description="Images of incidents.")
    clips: ClipSettings = Field(default=ClipSettings(), description="Short videos of incidents.")
    metrics: MetricsSettings = Field(default=MetricsSettings(), description="Metrics for Prometheus.")
    preview: PreviewSettings = Field(default=PreviewSettings(), description="Local page with live images.")
    watchdog: WatchdogSettings = Field(default=WatchdogSettings(), description="Exit when inference stalls.")

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
                raise ValueError(f"two {what} are named {twice}; give each its own name")
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
        """The rules that apply to a camera."""
        zones = {zone.name for zone in camera.zones}
        return [
            rule
            for rule in self.rules
            if (not rule.cameras or camera.name in rule.cameras) and (rule.zone is None or rule.zone in zones)
        ]


def settings_model(plugins: Collection[str]) -> type[WatchSettings]:
    """`WatchSettings` that also accepts these types of senders from other packages."""
    if not plugins:
        return WatchSettings
    senders: Any = list[settings_of([*SENDERS, *plugins])]  # type: ignore[misc]
    return create_model(
        "WatchSettings", __base__=WatchSettings, senders=(senders, WatchSettings.model_fields["senders"])
    )


def _check_known(who: str, what: str, names: list[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            raise ValueError(f"{who}: there is no {what} {name}; known: {', '.join(known)}")
