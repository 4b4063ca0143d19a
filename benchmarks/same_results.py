"""Compare the results of two versions of MaskWatch, renamed fields aside.

``python -m benchmarks.same_results FOLDER_A FOLDER_B [--rename unsure=ambiguous]``

Each folder holds JSON Lines of the same names, written by ``maskwatch detect IMAGES --jsonl FOLDER/images.jsonl`` and
``maskwatch detect CLIP --track --jsonl FOLDER/clip.jsonl`` with each version (``--threads 1``). Prints the number of
lines that differ in each file; the exit status is 1 when any does.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any


def renamed(value: Any, names: dict[str, str]) -> Any:
    """The value with the keys of all its objects under their new names."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(item, names) for key, item in value.items()}
    return [renamed(item, names) for item in value] if isinstance(value, list) else value


def differing(a: Path, b: Path, names: dict[str, str]) -> tuple[int, int]:
    """The number of lines, and of those that differ; a line that one file lacks counts too."""
    first, second = (
        [renamed(json.loads(line), names) for line in path.read_text(encoding="utf-8").splitlines()] for path in (a, b)
    )
    different = sum(one != other for one, other in zip(first, second, strict=False)) + abs(len(first) - len(second))
    return max(len(first), len(second)), different


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs=2, type=Path, metavar="FOLDER")
    parser.add_argument("--rename", nargs="*", default=["unsure=ambiguous"], help="OLD=NEW names of fields")
    arguments = parser.parse_args()
    names = dict(pair.split("=", 1) for pair in arguments.rename)
    a, b = arguments.folders
    total = 0
    for path in sorted(a.glob("*.jsonl")):
        lines, different = differing(path, b / path.name, names)
        total += different
        print(f"{path.name}: {lines} lines, {different} differ")
    print("same results" if not total else f"{total} lines differ")
    sys.exit(bool(total))


if __name__ == "__main__":
    main()
