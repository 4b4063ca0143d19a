"""Optimizer and learning rate of the detector's training."""

from __future__ import annotations

import keras

from maskwatch.train.stages import Stage

_WARM_UP_STEPS = 300
_AVERAGE_OVER_STEPS = 500


def build_optimizer(stage: Stage) -> keras.optimizers.Optimizer:
    """AdamW with a warm-up, a cosine down to 1 %, clipped gradients and a running average of the weights."""
    total = stage.total_steps
    warm_up = min(_WARM_UP_STEPS, total // 5)
    rate = keras.optimizers.schedules.CosineDecay(
        stage.learning_rate / 100,
        max(total - warm_up, 1),
        alpha=0.01,
        warmup_target=stage.learning_rate,
        warmup_steps=warm_up,
    )
    momentum = 1 - 1 / min(_AVERAGE_OVER_STEPS, max(total // 10, 2))
    return keras.optimizers.AdamW(rate, weight_decay=1e-4, clipnorm=5.0, use_ema=True, ema_momentum=momentum)
