#!/usr/bin/env bash
# How the shipped base model was trained: one command, an hour on two CPU cores that were used for other work as well.
# usage: recipes/base_model/train.sh DETECTION.json WEAK.json PORTRAITS.json      (see recipes/default_model/train.sh)
# It began with the weights of the default model as they were then. The averaged weights of the last epoch are shipped; as it
# was run, it was validated every five epochs at 896 + 320 px. The sizes that it is shipped for were chosen on val afterwards.
set -euo pipefail
maskwatch train detector "$1" "$2" "$3" --labels recipes/labels/detection.csv --plan base --from default --name base --val-every 18
maskwatch export runs/detector/base/model.keras src/maskwatch/weights/base.onnx --data "$1" \
  --labels recipes/labels/detection.csv --card recipes/base_model/card.json
