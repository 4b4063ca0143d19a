#!/usr/bin/env bash
# How the shipped nano model was trained: one command, half an hour on two CPU cores that were used for other work as well.
# usage: recipes/nano_model/train.sh DETECTION.json WEAK.json PORTRAITS.json      (see recipes/small_model/train.sh)
# It began with the weights of small as they were then. The best of its 16 epochs by val was the twelfth. It was
# trained and judged at 352 px and is shipped for 320 px, at which it is no slower than the smallest detectors in use.
set -euo pipefail
maskwatch train detector "$1" "$2" "$3" --labels recipes/labels/detection.csv --plan nano --from small --name nano --val-every 4
maskwatch export runs/detector/nano/model.keras src/maskwatch/weights/nano.onnx --data "$1" \
  --labels recipes/labels/detection.csv --card recipes/nano_model/card.json
