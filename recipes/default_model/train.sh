#!/usr/bin/env bash
# How the shipped model was trained: four stages, each from the last one's best weights.
# usage: recipes/default_model/train.sh DETECTION.json WEAK.json PORTRAITS ULTRA_LIGHT_RFB_640.onnx
#   DETECTION.json  COCO file with splits train and val     WEAK.json  COCO file, split train, boxes from a detector
#   PORTRAITS       folders with_mask and without_mask
# In the first stage as it was run, worn_incorrectly weighed 2.5 and without_mask 1.3 in the state loss, and samples had
# 40 % mosaics at its start. The first three were stopped early: after 15 of 26, 2 of 14 and 8 of 13 epochs
# (see docs/model-journal.md).
set -euo pipefail
detection=$1 weak=$2 portraits=$3 start=$4

maskwatch train detector "$detection" "$weak" --name stage1 --from "$start" --epochs 26 --lr 1.5e-3
python recipes/boxes_from_folders.py "$portraits" runs/portraits.json
maskwatch train detector "$detection" "$weak" runs/portraits.json --name stage2 --from runs/detector/stage1/model.keras \
  --epochs 14 --lr 1e-3 --val-every 2
maskwatch train detector "$detection" "$weak" runs/portraits.json --name stage3 --from runs/detector/stage2/model.keras \
  --epochs 13 --size 384 --batch 12 --lr 1e-3 --val-every 2
maskwatch train detector "$detection" "$weak" runs/portraits.json --name stage4 --from runs/detector/stage3/model.keras \
  --epochs 6 --steps 150 --size 576 --batch 6 --lr 8e-4 --val-every 2
maskwatch export runs/detector/stage4/model.keras src/maskwatch/weights/default.onnx --data "$detection" \
  --card recipes/default_model/card.json
cp runs/detector/stage4/model.keras src/maskwatch/weights/default.keras
