"""CPU time of the photo page, first result against moving the slider: ``python -m benchmarks.app_page``.

``DATA`` is a folder of photographs; without it, drawn people and noise of 12 megapixels stand in.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from benchmarks.report import arguments, show

from maskwatch.app.cards import WORST_FIRST, sorted_faces
from maskwatch.app.detectors import load, single_stage
from maskwatch.app.images import Upload, jpeg
from maskwatch.app.session import Result, Session
from maskwatch.app.views import crops, thumb, view
from maskwatch.demo.drawn import drawn_people

COUNT, THUMBS, CARDS, MOVES = 40, 12, 24, 9
CHOICE = single_stage("small", tile=False)


def uploads(folder: Path | None) -> list[Upload]:
    if folder is not None:
        paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
        return [Upload(path.name, path.read_bytes()) for path in paths[:COUNT]]
    random = np.random.default_rng(0)
    people = np.repeat(np.repeat(drawn_people().image, 3, axis=0), 3, axis=1)
    made = []
    for number in range(COUNT):
        canvas = random.integers(90, 170, (3000, 4000, 3), dtype=np.uint8)
        canvas[600 : 600 + people.shape[0], 500 : 500 + people.shape[1]] = people
        made.append(Upload(f"{number}.jpg", jpeg(canvas)))
    return made


def draw_page(results: list[Result], *, blur: bool) -> None:
    """The images that a move of the slider redraws: a page of thumbnails, the large view, the cards."""
    if len(results) > 1:
        for result in results[:THUMBS]:
            thumb(result, blur=blur)
    view(results[0], blur=blur)
    crops(results[:1], sorted_faces(results[:1], WORST_FIRST)[:CARDS], blur=blur)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", nargs="?", type=Path, metavar="DATA")
    options = parser.parse_args()
    files, session = uploads(options.data), Session()
    load(CHOICE)
    began = time.process_time()
    predictions = [session.predict(upload, CHOICE) for upload in files]
    rows = [{"what": "first result, per image", "CPU ms": f"{1000 * (time.process_time() - began) / len(files):.0f}"}]
    runs = session.runs
    for count in (1, len(files)):
        for blur in (False, True):
            began = time.process_time()
            for conf in np.linspace(0.05, 0.9, MOVES):
                draw_page([one.result(float(conf)) for one in predictions[:count]], blur=blur)
            taken = 1000 * (time.process_time() - began) / MOVES
            rows.append({"what": f"slider, {count} images{', blurred' if blur else ''}", "CPU ms": f"{taken:.0f}"})
    assert session.runs == runs, "the slider ran the model"
    pixels = sum(one.image.megapixels for one in predictions) / len(predictions)
    print(f"{len(files)} images of {pixels:.1f} megapixels")
    show("app_page", rows, save=options.save)


if __name__ == "__main__":
    main()
