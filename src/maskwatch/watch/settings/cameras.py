"""Settings of cameras and their zones."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from maskwatch.watch.schema import Group, Name, repeated

Fraction = Annotated[float, Field(ge=0, le=1)]
Point = tuple[Fraction, Fraction]


def _is_polygon(points: tuple[Point, ...]) -> tuple[Point, ...]:
    if len(set(points)) < 3:
        raise ValueError("a zone needs at least three different corners")
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)) / 2
    if abs(area) < 1e-6:
        raise ValueError("the corners of a zone must not lie on one line")
    return points


class ZoneSettings(Group):
    """A region of a camera's image."""

    name: Name = Field(description="Name of the zone, for rules.")
    polygon: Annotated[tuple[Point, ...], AfterValidator(_is_polygon)] = Field(
        description="Corners [x, y] as fractions of the image's width and height, from its upper left corner (0 to 1). "
        "A face is in the zone if its centre is."
    )


class CameraSettings(Group):
    """One camera, stream or file."""

    name: Name = Field(description="Name of the camera in events, metrics and images.")
    url: str = Field(
        repr=False,
        min_length=1,
        description="Number of a webcam, URL (rtsp, rtsps, http, https) or path of a video. ${NAME} is replaced by an "
        "environment variable, to keep passwords out of the file.",
    )
    zones: list[ZoneSettings] = Field(default=[], description="Regions of the image, for rules.")
    fps: float | None = Field(
        default=None, gt=0, le=240, description="Maximum number of frames per second to process; by default all."
    )
    rtsp_transport: Literal["tcp", "udp"] = Field(
        default="tcp", description="Transport of RTSP: tcp (lossless) or udp."
    )
    open_timeout_s: float = Field(
        default=5,
        gt=0,
        le=120,
        description="Time limit for opening a connection, seconds; then it is retried.",
    )
    read_timeout_s: float = Field(
        default=5, gt=0, le=120, description="Time without data after which the connection is reopened, seconds."
    )
    stall_s: float = Field(
        default=10,
        gt=0,
        le=600,
        description="Time without a valid frame after which the camera counts as stalled and is reopened, seconds.",
    )

    @model_validator(mode="after")
    def _zones_differ(self) -> Self:
        twice = repeated([zone.name for zone in self.zones])
        if twice is not None:
            raise ValueError(f"camera {self.name} has two zones named {twice}; give each its own name")
        return self
