"""Optimizer, learning rate and end of a classifier's training.

Rate and end depend on the settings and on the epochs' validation losses alone, so that a resumed training goes on as
it would have without the interruption.
"""

from __future__ import annotations

import math

import keras

from maskwatch.train.classifier.options import ClassifierOptions

RATE, FINE_TUNING_RATE = 1e-3, 1e-4
"""Learning rates where none is asked for: of fresh networks, and of whole networks that were pretrained."""
_PLATEAU_FACTOR = 0.3
_WEIGHT_DECAY = 1e-4
_MOMENTUM = 0.9


def build_optimizer(options: ClassifierOptions, rate: float) -> keras.optimizers.Optimizer:
    """The optimizer of ``options`` with its first learning rate."""
    optimizers = {
        "adam": lambda: keras.optimizers.Adam(rate),
        "adamw": lambda: keras.optimizers.AdamW(rate, weight_decay=_WEIGHT_DECAY),
        "sgd": lambda: keras.optimizers.SGD(rate, momentum=_MOMENTUM, nesterov=True),
        "rmsprop": lambda: keras.optimizers.RMSprop(rate),
    }
    return optimizers[options.optimizer]()


def compile_classifier(network: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Make ``network`` ready for ``fit``: cross-entropy, accuracy.

    Without XLA: on CPU its convolutions were 14 times slower for one of our networks, and compiling took minutes.
    """
    loss = keras.losses.SparseCategoricalCrossentropy()
    network.compile(optimizer, loss, metrics=["accuracy"], jit_compile=False)


def rate_for(options: ClassifierOptions, first: float, losses: list[float]) -> float:
    """The learning rate of the epoch that comes after those with these validation losses.

    Args:
        options: "plateau" multiplies by 0.3 whenever half the patience has brought no lower loss, "cosine" (Loshchilov
            and Hutter, SGDR, 2017) falls to 1 % at the last epoch, "constant" leaves it.
        first: rate of the first epoch.
        losses: validation losses, one for each epoch of this phase so far.
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
    """Whether ``patience`` epochs have brought no lower validation loss; a cosine runs to its end."""
    if not losses or options.schedule == "cosine":
        return False
    return len(losses) - 1 - losses.index(min(losses)) >= options.patience
