"""Labelled pictures: readers of COCO, Pascal VOC and YOLO that give one `Dataset`."""
