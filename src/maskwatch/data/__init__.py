"""Labelled images: readers and writers of COCO, Pascal VOC, YOLO and class folders, audit, split and crop."""

from __future__ import annotations

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.readers import read_dataset

__all__ = ["Dataset", "LabelledImage", "read_dataset"]
