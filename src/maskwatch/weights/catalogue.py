"""Models of others that MaskWatch can use and does not ship: where they are published, and their check sums."""

from __future__ import annotations

from dataclasses import dataclass

_GITHUB, _RAW = "https://github.com", "https://raw.githubusercontent.com"


@dataclass(frozen=True)
class RemoteFile:
    """A file at its publisher's.

    Attributes:
        name: under which it is kept.
        url: its address.
        sha256: of its content, in hexadecimal digits.
        size: in bytes.
        aliases: names of other files that serve as well, when a user keeps them in a folder of his own.
    """

    name: str
    url: str
    sha256: str
    size: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemoteModel:
    """A model that can be fetched.

    Attributes:
        name: as users write it.
        what: a few words on it.
        licence: as its publisher states it.
        origin: the publisher's page.
        files: all that it needs.
    """

    name: str
    what: str
    licence: str
    origin: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


_MODELS = (
    RemoteModel(
        "yunet",
        "face detector YuNet n, 640 px",
        "Apache-2.0",
        f"{_GITHUB}/ShiqiYu/libfacedetection.train",
        (
            RemoteFile(
                "yunet_n_640_640.onnx",
                f"{_RAW}/ShiqiYu/libfacedetection.train/0047ac24afb1a50a0c6105001c89d1b5b805dbf1/onnx/yunet_n_640_640.onnx",
                "25a606a145a5b6d7271ae138fbd00eba91dad8b83222ae3f2c7ecd0f4a7b0e31",
                317_466,
            ),
        ),
    ),
    RemoteModel(
        "res10",
        "face detector res10 SSD of OpenCV's samples, 300 px",
        "none stated beside the file; OpenCV itself is Apache-2.0",
        f"{_GITHUB}/opencv/opencv_3rdparty",
        (
            RemoteFile(
                "opencv_face_detector_uint8.pb",
                f"{_RAW}/opencv/opencv_3rdparty/dnn_samples_face_detector_20180220_uint8/opencv_face_detector_uint8.pb",
                "5c71d752ef2cbf2f457ac82fdd580fcb2522fd04c5efdaed18eb6d9e2843fbed",
                2_727_750,
            ),
            RemoteFile(
                "opencv_face_detector.pbtxt",
                f"{_RAW}/opencv/opencv_extra/4.x/testdata/dnn/opencv_face_detector.pbtxt",
                "5397808362fc6fb7c4044484848e297b22449d913a267fa7f8bd9d86dce29144",
                34_912,
            ),
        ),
    ),
    RemoteModel(
        "retinaface",
        "face detector RetinaFace MobileNet 0.25, 640 px",
        "MIT",
        f"{_GITHUB}/yakhyo/uniface",
        (
            RemoteFile(
                "retinaface_mv1_0.25.onnx",
                f"{_GITHUB}/yakhyo/uniface/releases/download/weights/retinaface_mv1_0.25.onnx",
                "b7a7acab55e104dce6f32cdfff929bd83946da5cd869b9e2e9bdffafd1b7e4a5",
                1_736_694,
                aliases=("retinaface_mobilenet0.25.onnx",),
            ),
        ),
    ),
)

REMOTE = {model.name: model for model in _MODELS}
"""The fetchable models by name."""
