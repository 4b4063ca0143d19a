"""Readers and writers of COCO, Pascal VOC, YOLO and class folders."""
