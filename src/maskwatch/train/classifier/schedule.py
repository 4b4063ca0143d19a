"""Optimizer, learning rate and early stopping of a classifier's training.

Learning rate and early stopping depend only on the settings and the validation losses, so that a resumed training
continues as if it had not been interrupted.
"""

from __future__ import annotations

import math

import keras

from maskwatch.train.classifier.options import ClassifierOptions

RATE, FINE_TUNING_RATE = 1e-3, 1e-4
"""Default learning rates: with random weights, and for fine-tuning a pretrained network."""
_PLATEAU_FACTOR = 0.3
_WEIGHT_DECAY = 1e-4
_MOMENTUM = 0.9


def build_optimizer(options: ClassifierOptions, rate: float) -> keras.optimizers.Optimizer:
    """The optimizer of ``options`` with the learning rate of the first epoch."""
    optimizers = {
        "adam": lambda: keras.optimizers.Adam(rate),
        "adamw": lambda: keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY),
        "sgd": lambda: keras.optimizers.SGD(rate, momentum=_MOMENTUM, nesterov=True),
        "rmsprop": lambda: keras.optimizers.RMSprop(rate),
    }
    return optimizers[options.optimizer]()


def compile_classifier(network: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Compile ``network`` with cross-entropy and accuracy.

    XLA is off: on CPU, its convolutions were 14 times slower for one of our networks, and compiling took minutes.
    """
    loss = keras.losses.SparseCategoricalCrossentropy()
    network.compile(optimizer, loss, metrics=["accuracy"], jit_compile=False)


def rate_for(options: ClassifierOptions, first: float, losses: list[float]) -> float:
    """The learning rate of the next epoch.

    Args:
        options: "plateau" multiplies the rate by 0.3 after half the patience without a lower loss, "cosine" (Loshchilov
            and Hutter, SGDR, 2017) falls to 1 % in the last epoch, "constant" keeps it.
        first: rate of the first epoch.
        losses: validation losses of this phase's epochs so far.
    """
    if options.schedule == "cosine":
        share = len(losses) / max(options.epochs - 1, 1)
        return first * (0.01 + 0.99 * (1 + math.cos(math.pi * min(share, 1.0))) / 2)
    if options.schedule == "constant":
        return first
    rate, lowest, waited = first, math.inf, 0
    for loss in losses:
        waited = 0 if loss < lowest else waited + 1
        lowest = min(lowest, loss)
        if waited >= max(1, options.patience // 2):
            rate, waited = rate * _PLATEAU_FACTOR, 0
    return rate


def has_ended(options: ClassifierOptions, losses: list[float]) -> bool:
    """Whether ``patience`` epochs have passed without a lower validation loss; never with a cosine schedule."""
    if not losses or options.schedule == "cosine":
        return False
    return len(losses) - 1 - losses.index(min(losses)) >= options.patience
