"""``maskwatch data``: audit, split, convert and crop labelled images; the data itself is never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from maskwatch.cli.options import CorrectedLabels
from maskwatch.data.formats import FORMATS

data = typer.Typer(help="Audit, split, convert and crop labelled images.", rich_markup_mode=None, no_args_is_help=True)

_Together = Literal["near", "altered"]
_Boxes = Annotated[
    Path, typer.Argument(metavar="DATA", help="COCO file, or folder in COCO, Pascal VOC or YOLO format.")
]
_BoxesOrFaces = Annotated[
    list[Path],
    typer.Argument(
        metavar="DATA...", help="Folders of class folders, or data with boxes (COCO, Pascal VOC, YOLO); not both."
    ),
]
_Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="NAME=STATE for an unknown class name; STATE may be ignore; repeatable."),
]
_Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
_Link = Annotated[bool, typer.Option("--link", help="Hard-link the images instead of copying them.")]


@data.command()
def audit(
    paths: _BoxesOrFaces,
    out: Annotated[Path | None, typer.Option(help="New folder for report.html, with images, and report.json.")] = None,
    seed: Annotated[int, typer.Option(help="Random seed of the splits whose leakage is estimated.")] = 0,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Count and measure images and faces, and find duplicates within and across splits, classes and sources."""
    from maskwatch.cli.output.data import run_audit

    run_audit(paths, out, seed, rename or [], as_json=as_json)


@data.command()
def split(
    paths: _BoxesOrFaces,
    out: Annotated[
        Path, typer.Option(help="New folder; for data with boxes also a new .json that refers to the images in place.")
    ],
    val: Annotated[float, typer.Option(help="Share of val.")] = 0.1,
    test: Annotated[float, typer.Option(help="Share of test.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Random seed.")] = 0,
    naive: Annotated[
        bool, typer.Option("--naive", help="Split at random, ignoring duplicates; results are too optimistic.")
    ] = False,
    together: Annotated[
        _Together,
        typer.Option(help="Duplicates that stay in one split; use near if one fixed camera took all images."),
    ] = "altered",
    link: _Link = False,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Split into train, val and test, and keep duplicates in one split."""
    from maskwatch.cli.output.data import run_split
    from maskwatch.data.split import SplitOptions

    run_split(paths, out, SplitOptions(val, test, seed, naive, together), rename or [], link=link, as_json=as_json)


@data.command()
def convert(
    path: _Boxes,
    to: Annotated[str, typer.Option(metavar="FORMAT", help=f"Format of the annotations: {', '.join(FORMATS)}.")],
    out: Annotated[Path, typer.Option(help="New folder; for COCO also a new .json file for the images in place.")],
    labels: CorrectedLabels = None,
    link: _Link = False,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Convert to another annotation format, and list what it cannot represent."""
    from maskwatch.cli.output.data import run_convert

    run_convert(path, to, out, rename or [], labels=labels, link=link, as_json=as_json)


@data.command()
def crop(
    path: _Boxes,
    out: Annotated[Path, typer.Option(help="New folder for OUT/SPLIT/CLASS/ and the table faces.csv.")],
    margin: Annotated[float, typer.Option(help="Margin on each side, as a fraction of the box.")] = 0.15,
    square: Annotated[bool, typer.Option("--square", help="Expand the shorter side to a square first.")] = False,
    min_size: Annotated[float, typer.Option(help="Skip faces with a smaller shorter side, in pixels.")] = 0,
    split: Annotated[str, typer.Option(help="Split to crop, or all.")] = "all",
    only_3class: Annotated[
        bool, typer.Option("--only-3class", help="Skip images in which incorrect wearing was not labelled.")
    ] = False,
    quality: Annotated[int, typer.Option(help="JPEG quality, 1 to 100; 0 writes PNG.")] = 95,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Crop the labelled faces into class folders."""
    from maskwatch.cli.output.data import run_crop
    from maskwatch.data.crop import CropOptions

    options = CropOptions(margin, square, min_size, only_3class, quality)
    run_crop(path, out, options, split, rename or [], as_json=as_json)
