#!/usr/bin/env bash
# Training of the shipped base model: one and two hours on two CPU cores that were also in use otherwise.
# usage: recipes/base_model/train.sh DETECTION.json WEAK.json PORTRAITS.json      (see recipes/small_model/train.sh)
# The first run started from small of that time, the second from the first. The shipped model is the mean of the
# averaged weights of their last epochs (docs/model-journal.md). The original runs were validated every five and every six
# epochs, the first at 896 + 320 px.
set -euo pipefail
train() { maskwatch train detector "$@" --labels recipes/labels/detection.csv; }

train "$1" "$2" "$3" --plan base --from small --name base --val-every 18
train "$1" "$2" "$3" --plan recipes/base_model/further.yaml --from runs/detector/base/model.keras --name base_further \
  --seed 2 --val-every 36
python recipes/average_weights.py runs/detector/base/model.keras runs/detector/base_further/model.keras runs/base.keras
maskwatch export runs/base.keras src/maskwatch/weights/base.onnx --data "$1" \
  --labels recipes/labels/detection.csv --card recipes/base_model/card.json
