#!/usr/bin/env bash
# Training of the shipped small model on two CPU cores, in stages: each starts from the weights of the last.
# usage: recipes/small_model/train.sh DETECTION.json WEAK.json PORTRAITS ULTRA_LIGHT_RFB_640.onnx
#   DETECTION.json  COCO file with splits train and val     WEAK.json  COCO file, split train, boxes from a detector
#   PORTRAITS       folders with_mask and without_mask
# The original stage 1 had state loss weights of 2.5 (worn_incorrectly) and 1.3 (without_mask), and began with 40 % mosaics.
# The first three stages were stopped early: after 15 of 26, 2 of 14 and 8 of 13 epochs. From stage 5 on, copies of val and
# test images were left out (the first lines of recipes/labels/detection.csv, and six of WEAK.json). Augmentation grew from
# stage 6 on: occluders on 15, 30 and 40 % of the unmasked faces, and drawn frames from stage 7 on. From stage 6 on, a stage
# starts from the last averaged weights, not from the best epoch (see docs/model-journal.md). A single command comes within
# two points of the result: --plan small (journal 21, with two logs).
set -euo pipefail
detection=$1 weak=$2 portraits=$3 start=$4
train() { maskwatch train detector "$detection" "$weak" "$@"; }

train --name stage1 --from "$start" --epochs 26 --lr 1.5e-3
python recipes/boxes_from_folders.py "$portraits" runs/portraits.json
train runs/portraits.json --name stage2 --from runs/detector/stage1/model.keras --epochs 14 --lr 1e-3 --val-every 2
train runs/portraits.json --name stage3 --from runs/detector/stage2/model.keras \
  --epochs 13 --size 384 --batch 12 --lr 1e-3 --val-every 2
train runs/portraits.json --name stage4 --from runs/detector/stage3/model.keras \
  --epochs 6 --steps 150 --size 576 --batch 6 --lr 8e-4 --val-every 2
train runs/portraits.json --name stage5 --from runs/detector/stage4/model.keras \
  --epochs 8 --steps 150 --size 640 --batch 5 --lr 1e-3 --val-every 2
train runs/portraits.json --name stage6 --from runs/detector/stage5/model.keras \
  --epochs 12 --steps 200 --size 512 --batch 8 --lr 7e-4 --val-every 2
full() { train runs/portraits.json --labels recipes/labels/detection.csv --size 640 --batch 5 --steps 150 --full-image-share 0.5 --clean-share 0.75 "$@"; }
full --name stage7 --from runs/detector/stage6/model.keras --epochs 2 --lr 6e-4
full --name stage8 --from runs/detector/stage7/model.keras --epochs 12 --lr 6e-4 --val-every 3
full --name stage9 --from runs/detector/stage8/model.keras --epochs 8 --lr 4e-4 --val-every 4
maskwatch export runs/detector/stage9/model.keras src/maskwatch/weights/small.onnx --data "$detection" \
  --labels recipes/labels/detection.csv --card recipes/small_model/card.json
cp runs/detector/stage9/model.keras src/maskwatch/weights/small.keras
