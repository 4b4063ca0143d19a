"""``maskwatch data``: look at labelled images, convert, crop and split them; what is there is never changed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from maskwatch.cli.options import CorrectedLabels

data = typer.Typer(help="Audit, split, convert and crop labelled images.", rich_markup_mode=None, no_args_is_help=True)


_Together = Literal["near", "altered"]
_Boxes = Annotated[Path, typer.Argument(metavar="DATA", help="COCO file, or folder in COCO, Pascal VOC or YOLO form.")]
_Any = Annotated[
    list[Path],
    typer.Argument(
        metavar="DATA...", help="Folders of class folders, or data with boxes (COCO, Pascal VOC, YOLO); one kind."
    ),
]
_Map = Annotated[
    list[str] | None, typer.Option("--map", help="NAME=STATE for a class name that is not known; STATE may be ignore.")
]
_Json = Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")]
_Link = Annotated[bool, typer.Option("--link", help="Hard-link the images instead of copying them.")]


@data.command()
def audit(
    paths: _Any,
    out: Annotated[Path | None, typer.Option(help="New folder for report.html, with images, and report.json.")] = None,
    seed: Annotated[int, typer.Option(help="Random seed of the splits whose leakage is reported.")] = 0,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Count, measure, and find copies: within and across splits, classes and sources."""
    from maskwatch.cli.output.data import run_audit

    run_audit(paths, out, seed, rename or [], as_json=as_json)


@data.command()
def split(
    paths: _Any,
    out: Annotated[Path, typer.Option(help="New folder; for data with boxes also a new .json that refers to them.")],
    val: Annotated[float, typer.Option(help="Share for val.")] = 0.1,
    test: Annotated[float, typer.Option(help="Share for test.")] = 0.2,
    seed: Annotated[int, typer.Option(help="Of the random choices.")] = 0,
    naive: Annotated[bool, typer.Option("--naive", help="Pay no heed to copies; figures on it are too good.")] = False,
    together: Annotated[
        _Together, typer.Option(help="Which copies stay together; near: for frames of one fixed camera.")
    ] = "altered",
    link: _Link = False,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Divide into train, val and test so that no photograph, nor a copy of it, lies in two of them."""
    from maskwatch.cli.output.data import run_split
    from maskwatch.data.split import SplitOptions

    run_split(paths, out, SplitOptions(val, test, seed, naive, together), rename or [], link=link, as_json=as_json)


@data.command()
def convert(
    path: _Boxes,
    to: Annotated[str, typer.Option(help="Format of the annotations: coco, voc or yolo.")],
    out: Annotated[Path, typer.Option(help="New folder; for COCO also a new .json that refers to the images.")],
    labels: CorrectedLabels = None,
    link: _Link = False,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Write the same labels in another format, and say what that format has no place for."""
    from maskwatch.cli.output.data import run_convert

    run_convert(path, to, out, rename or [], labels=labels, link=link, as_json=as_json)


@data.command()
def crop(
    path: _Boxes,
    out: Annotated[Path, typer.Option(help="New folder; faces go to OUT/<split>/<class>, and faces.csv lists them.")],
    margin: Annotated[float, typer.Option(help="Added on each side, as a share of the box.")] = 0.15,
    square: Annotated[bool, typer.Option("--square", help="Widen the shorter side to a square first.")] = False,
    min_size: Annotated[float, typer.Option(help="Leave out faces whose shorter side has fewer pixels.")] = 0,
    split: Annotated[str, typer.Option(help="Only the images of this split.")] = "all",
    only_3class: Annotated[
        bool, typer.Option("--only-3class", help="Leave out images where incorrect wearing was not marked.")
    ] = False,
    quality: Annotated[int, typer.Option(help="Of the JPEG files; 0 writes PNG.")] = 95,
    rename: _Map = None,
    as_json: _Json = False,
) -> None:
    """Cut the labelled faces out into class folders."""
    from maskwatch.cli.output.data import run_crop
    from maskwatch.data.crop import CropOptions

    options = CropOptions(margin, square, min_size, only_3class, quality)
    run_crop(path, out, options, split, rename or [], as_json=as_json)
