#!/usr/bin/env bash
# Training of the shipped classifier: the mean of two runs from the backbone of the shipped detector.
# usage: recipes/classifier/train.sh DETECTION.json CORRECTED.json WEAK.json PORTRAITS
#   DETECTION.json  COCO file with splits train and val     CORRECTED.json  the same with the corrections in recipes/labels
#   WEAK.json       COCO file, split train, states of folders, boxes from a detector
#   PORTRAITS       folders with_mask and without_mask
# Both runs started from the detector of version 0.1 (stage 4 of recipes/small_model).
set -euo pipefail
detection=$1 corrected=$2 weak=$3 portraits=$4 crops=runs/crops
train() { maskwatch train classifier "$@" --arch face --optimizer adamw --schedule cosine --batch 64 --balance none --margin 0.2; }

maskwatch data crop "$detection" --split train --min-size 20 --margin 0.2 --only-3class --out "$crops/first/train"
maskwatch data crop "$detection" --split val --min-size 32 --margin 0.2 --only-3class --out "$crops/first/val"
maskwatch data crop "$corrected" --split train --min-size 20 --margin 0.2 --out "$crops/second/train"
maskwatch data crop "$corrected" --split val --min-size 32 --margin 0.2 --only-3class --out "$crops/second/val"
maskwatch data crop "$weak" --split train --min-size 20 --margin 0.2 --out "$crops/weak/train"
mkdir -p "$crops/portraits" && cp -r "$portraits" "$crops/portraits/train"
train "$crops"/first "$crops"/weak "$crops"/portraits --name first --lr 1e-3 --epochs 14 --occluded 0.15
train "$crops"/second "$crops"/weak "$crops"/portraits --name second --lr 7e-4 --epochs 10 --occluded 0.2
python recipes/classifier/ship.py "$crops/second" src/maskwatch/weights \
  runs/classifier/first runs/classifier/second
