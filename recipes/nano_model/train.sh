#!/usr/bin/env bash
# Training of the shipped nano model: 30 minutes on two CPU cores that were also in use otherwise.
# usage: recipes/nano_model/train.sh DETECTION.json WEAK.json PORTRAITS.json      (see recipes/small_model/train.sh)
# The run started from small of that time. Of its 16 epochs, the twelfth was the best on val. The model was
# trained and validated at 352 px and runs at 320 px, where it is as fast as the smallest detectors in use.
set -euo pipefail
maskwatch train detector "$1" "$2" "$3" --labels recipes/labels/detection.csv --plan nano --from small --name nano --val-every 4
maskwatch export runs/detector/nano/model.keras src/maskwatch/weights/nano.onnx --data "$1" \
  --labels recipes/labels/detection.csv --card recipes/nano_model/card.json
