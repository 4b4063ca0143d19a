from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.boxes import Letterbox
from maskwatch.detect.card import ModelCard
from maskwatch.detect.raw_prediction import RawOutputs
from maskwatch.detect.single_shot import SingleShotDetector, network_input
from maskwatch.errors import ModelError, UsageError
from maskwatch.frames import Image


class BrightSpot:
    """A network that finds one face: the bounding box of the red pixels of its input."""

    card = ModelCard("bright spot", "0", imgsz=128)

    def run(self, image: Image) -> RawOutputs:
        self.input = image
        rows, columns = np.nonzero((image[..., 0] > 200) & (image[..., 2] < 60))
        if not len(rows):
            return RawOutputs(*(np.zeros(shape, np.float32) for shape in ((0, 4), (0,), (0, 3))))
        box = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], np.float32)
        return RawOutputs(box, np.array([0.9], np.float32), np.array([[0.8, 0.1, 0.1]], np.float32))


def spotted(width: int, height: int, box: tuple[int, int, int, int]) -> Image:
    image = np.full((height, width, 3), 120, np.uint8)
    image[box[1] : box[3], box[0] : box[2]] = (255, 0, 0)
    return image


@pytest.mark.parametrize(("width", "height"), [(128, 128), (640, 480), (100, 300), (37, 23)])
def test_boxes_come_back_in_image_pixels(width: int, height: int) -> None:
    box = (width // 4, height // 4, width // 2, height // 2)
    faces = SingleShotDetector(BrightSpot())(spotted(width, height, box))
    assert faces.xyxy[0] == pytest.approx(np.array(box), abs=max(width, height) / 128 + 0.5)


def test_boxes_stay_inside_the_image() -> None:
    faces = SingleShotDetector(BrightSpot())(spotted(300, 200, (0, 0, 300, 200)))
    assert faces.xyxy[0].tolist() == [0, 0, 300, 200]


def test_bgr_is_turned_to_rgb() -> None:
    session = BrightSpot()
    image = spotted(128, 96, (20, 20, 60, 60))
    turned = SingleShotDetector(session)(np.ascontiguousarray(image[..., ::-1]), color="bgr")
    assert turned.xyxy.tolist() == SingleShotDetector(session)(image).xyxy.tolist()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 4000, 3), (4000, 1, 3)])
def test_extreme_shapes_do_not_crash(shape: tuple[int, int, int]) -> None:
    assert len(SingleShotDetector(BrightSpot())(np.zeros(shape, np.uint8))) == 0


@pytest.mark.parametrize(
    "image",
    [np.zeros((10, 10), np.uint8), np.zeros((10, 10, 3), np.float32), np.zeros((0, 5, 3), np.uint8), "image.jpg"],
)
def test_what_is_no_image_is_refused(image: Any) -> None:
    with pytest.raises(UsageError, match="image"):
        SingleShotDetector(BrightSpot())(image)


@pytest.mark.parametrize("imgsz", [0, 10, 100_000])
def test_imgsz_out_of_range(imgsz: int) -> None:
    with pytest.raises(UsageError, match="imgsz"):
        SingleShotDetector(BrightSpot(), imgsz=imgsz)


def test_missing_model_names_the_shipped_ones() -> None:
    with pytest.raises(ModelError, match="small"):
        load_detector("no_such_model")


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x08\x07"])
def test_damaged_model(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"damaged\.onnx"):
        load_detector(path)


def test_truncated_shipped_model(tmp_path: Path) -> None:
    from maskwatch.weights import find_model

    path = tmp_path / "cut.onnx"
    path.write_bytes(find_model("small").read_bytes()[:100_000])
    with pytest.raises(ModelError, match=r"cut\.onnx"):
        load_detector(path)


def test_shipped_model_finds_nothing_on_a_grey_wall() -> None:
    assert len(load_detector(threads=1)(np.full((240, 320, 3), 127, np.uint8))) == 0


@pytest.mark.parametrize("shape", [(961, 1281), (1, 2560), (2560, 1), (3023, 4031), (700, 900)])
@pytest.mark.parametrize("color", ["rgb", "bgr"])
def test_a_image_keeps_its_mean_whatever_its_size(shape: tuple[int, int], color: str) -> None:
    image = np.zeros((*shape, 3), np.uint8)
    image[..., 0 if color == "rgb" else 2] = 200
    box = Letterbox.fit(shape[1], shape[0], 320, 32)
    content = network_input(image, box, color)[: box.content_height, : box.content_width]
    np.testing.assert_array_equal(content, np.broadcast_to([200, 0, 0], content.shape))
