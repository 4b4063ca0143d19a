from __future__ import annotations

import keras
import numpy as np
import pytest

from maskwatch.train.classifier.networks import build_classifier
from maskwatch.train.classifier.options import OPTIMIZERS, ClassifierOptions
from maskwatch.train.classifier.schedule import build_optimizer, compile_classifier, has_ended, rate_for


def options(**changes: object) -> ClassifierOptions:
    return ClassifierOptions(("x",), **changes)  # type: ignore[arg-type]


def test_plateau_falls_where_keras_own_callback_does() -> None:
    """The rates are those of ReduceLROnPlateau on the same losses."""
    losses = [1.0, 0.8, 0.9, 0.85, 0.81, 0.7, 0.7, 0.75, 0.9, 0.6, 0.65, 0.66, 0.7, 0.8]
    network = build_classifier("cnn20", 20, 2)
    compile_classifier(network, build_optimizer(options(), 1e-3))
    callback = keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.3, patience=3, min_delta=0)
    callback.set_model(network)
    callback.on_train_begin()
    for number, loss in enumerate(losses):
        callback.on_epoch_end(number, {"val_loss": loss})
        ours = rate_for(options(patience=6), 1e-3, losses[: number + 1])
        assert ours == pytest.approx(float(network.optimizer.learning_rate), rel=1e-5)
    assert ours < 1e-4


def test_cosine_falls_to_a_hundredth_and_constant_stays() -> None:
    cosine = [rate_for(options(schedule="cosine", epochs=5), 0.1, [1.0] * done) for done in range(5)]
    assert cosine == sorted(cosine, reverse=True)
    assert cosine[0] == pytest.approx(0.1)
    assert cosine[2] == pytest.approx(0.0505)
    assert cosine[-1] == pytest.approx(0.001)
    assert rate_for(options(schedule="constant"), 0.1, [1.0] * 20) == 0.1


def test_training_ends_when_patience_is_used_up() -> None:
    losses = [1.0, 0.5, 0.6, 0.7]
    assert not has_ended(options(patience=3), losses)
    assert has_ended(options(patience=3), [*losses, 0.5])
    assert not has_ended(options(patience=3), [*losses, 0.4])
    assert not has_ended(options(patience=3, schedule="cosine"), losses * 5)
    assert not has_ended(options(), [])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_learns(name: str) -> None:
    keras.utils.set_random_seed(0)
    network = build_classifier("cnn20", 12, 2)
    compile_classifier(network, build_optimizer(options(optimizer=name), 1e-2 if name == "sgd" else 1e-3))
    labels = np.arange(16) % 2
    faces = np.random.default_rng(0).normal(100 + 60 * labels[:, None, None, None], 20, (16, 12, 12, 3))
    history = network.fit(faces.astype(np.float32), labels, epochs=25, batch_size=4, verbose=0).history["loss"]
    assert history[-1] < 0.7 * history[0]
    assert type(network.optimizer).__name__.lower() == name
