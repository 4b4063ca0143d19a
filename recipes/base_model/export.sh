#!/usr/bin/env bash
# How the shipped base model was made: the weights of the default model, with a third look at a larger input. No training; it is
# calibrated, and its thresholds are chosen, on the val pictures as it will be used.
# usage: recipes/base_model/export.sh DETECTION.json      (see recipes/default_model/train.sh)
set -euo pipefail
maskwatch export src/maskwatch/weights/default.keras src/maskwatch/weights/base.onnx --data "$1" \
  --labels recipes/labels/detection.csv --card recipes/base_model/card.json
