"""Settings of cameras and of the zones in their images."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from maskwatch.watch.settings.base import Group, Name, repeated

Share = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Share, Share]


def _is_polygon(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if len(set(points)) < 3:
        raise ValueError("a zone needs at least three different corners")
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)) / 2
    if abs(area) < 1e-6:
        raise ValueError("the corners of a zone may not lie on one line")
    return points


class ZoneSettings(Group):
    """A part of a camera's image."""

    name: Name = Field(description="Name of the zone; rules name it.")
    polygon: Annotated[tuple[Point, ...], AfterValidator(_is_polygon)] = Field(
        description="Corners [x, y] in turn, as shares of the image's width and height from its upper left corner "
        "(0 to 1), so that they fit every resolution. A face is in the zone when its centre is."
    )


class CameraSettings(Group):
    """One camera, stream or file."""

    name: Name = Field(description="Name of the camera in events, metrics and images.")
    url: str = Field(
        repr=False,
        min_length=1,
        description="Number of a webcam, address (rtsp, rtsps, http, https) or path of a video. "
        "${NAME} stands for an environment variable, so that passwords need not stand in the file.",
    )
    zones: list[ZoneSettings] = Field(default=[], description="Parts of the image that rules can look at.")
    fps: float | None = Field(
        default=None, gt=0, le=240, description="Most images a second that are looked at; none: all."
    )
    rtsp_transport: Literal["tcp", "udp"] = Field(
        default="tcp", description="How RTSP carries the images: tcp (nothing gets lost) or udp."
    )
    open_timeout_s: float = Field(
        default=5, gt=0, le=120, description="A camera that does not answer for so long is tried again."
    )
    read_timeout_s: float = Field(
        default=5, gt=0, le=120, description="A connection that sends nothing for so long is made anew."
    )
    stall_s: float = Field(
        default=10,
        gt=0,
        le=600,
        description="A camera that gives no good image for so long counts as stalled, and is opened again.",
    )

    @model_validator(mode="after")
    def _zones_differ(self) -> Self:
        twice = repeated([zone.name for zone in self.zones])
        if twice is not None:
            raise ValueError(f"camera {self.name} has two zones named {twice}; give each a name of its own")
        return self
