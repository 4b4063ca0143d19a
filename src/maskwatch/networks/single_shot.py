"""The single-shot network: one pass gives, for each anchor, a box and the scores of background and three states.

Backbone and heads have the shapes of the Ultra-Light RFB detector (Linzaer, MIT), so that training can start from
its weights. Ours are the top-down paths and the dense refinements before the heads, which show the small-face
features what stands around a face, and the further blocks of the larger networks. All of ours are residuals that begin
as zero, so that a warm start loses nothing, be it from Ultra-Light or from a smaller network of the family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers

from maskwatch.detections import MaskState
from maskwatch.networks.anchors import LEVELS

SCORES = 1 + len(MaskState)
"""Columns of the class outputs: background, then the states in the order of `MaskState`."""
# (output channels, stride) of the depthwise-separable blocks, by stage
_STAGE_8 = ((32, 1), (32, 2), (32, 1), (64, 2), (64, 1), (64, 1))
_STAGE_16 = ((128, 2), (128, 1), (128, 1))
_STAGE_32 = ((256, 2), (256, 1))
_EXPANSION = 2


@dataclass(frozen=True)
class Config:
    """What tells the networks of the family apart.

    Attributes:
        context: whether there are top-down paths and refinements.
        deeper: residual blocks added at strides 8, 16 and 32.
    """

    context: bool = True
    deeper: tuple[int, int, int] = (0, 0, 0)

    @property
    def multiple(self) -> int:
        """Sides of an input are multiples of this; 32 where coarse maps have to fit on fine ones."""
        return 32 if self.context else 16


FAMILY = {"nano": Config(context=False), "small": Config(), "base": Config(deeper=(3, 3, 2))}
"""The networks by name, from the fastest to the most exact."""


def build_single_shot(form: Config = FAMILY["small"]) -> keras.Model:
    """A network with fresh weights.

    Args:
        form: which of the family.

    Returns:
        A functional model. Input: float32 (B, H, W, 3), RGB 0..255, any H and W. Outputs, joined over the A anchors:
        float32 (B, A, 8) = box corrections (4, SSD encoding), then logits of background and the three states.
    """
    inputs = keras.Input((None, None, 3), name="image")
    x = layers.Rescaling(1 / 128, offset=-127 / 128, name="scale")(inputs)
    x = _conv(x, 16, 3, stride=2, name="stem")
    for i, (channels, stride) in enumerate(_STAGE_8):
        x = _separable(x, channels, stride, f"stage8_{i}")
    c8 = _deeper(_receptive_field_block(x, "rfb"), form.deeper[0], "deeper8")
    c16 = c8
    for i, (channels, stride) in enumerate(_STAGE_16):
        c16 = _separable(c16, channels, stride, f"stage16_{i}")
    c16 = c32 = _deeper(c16, form.deeper[1], "deeper16")
    for i, (channels, stride) in enumerate(_STAGE_32):
        c32 = _separable(c32, channels, stride, f"stage32_{i}")
    c32 = _deeper(c32, form.deeper[2], "deeper32")
    c64 = _conv(c32, 64, 1, name="stage64_reduce")
    c64 = _depthwise(c64, 2, "stage64_depthwise")
    c64 = _conv(c64, 256, 1, name="stage64_expand")

    if form.context:
        c16 = _refine(_top_down(c16, c32, "top_down_16"), 64, "refine_16")
        c8 = _refine(_top_down(c8, c16, "top_down_8"), 64, "refine_8")
    features = (c8, c16, c32, c64)
    heads = [_head(f, len(level.sides), f"head_{level.stride}") for f, level in zip(features, LEVELS, strict=True)]
    return keras.Model(inputs, layers.Concatenate(axis=1, name="predictions")(heads), name="single_shot")


def _conv(
    x: Any, channels: int, kernel: int, *, stride: int = 1, dilation: int = 1, activation: bool = True, name: str
) -> Any:
    if kernel > 1:
        x = layers.ZeroPadding2D(dilation, name=f"{name}_pad")(x)
    x = layers.Conv2D(channels, kernel, strides=stride, dilation_rate=dilation, name=name)(x)
    return layers.ReLU(name=f"{name}_relu")(x) if activation else x


def _depthwise(x: Any, stride: int, name: str) -> Any:
    x = layers.ZeroPadding2D(1, name=f"{name}_pad")(x)
    x = layers.DepthwiseConv2D(3, strides=stride, name=name)(x)
    return layers.ReLU(name=f"{name}_relu")(x)


def _separable(x: Any, channels: int, stride: int, name: str) -> Any:
    return _conv(_depthwise(x, stride, f"{name}_depthwise"), channels, 1, name=f"{name}_pointwise")


def _receptive_field_block(x: Any, name: str) -> Any:
    """Three branches with dilations 2, 3 and 5, joined and added to a shortcut (Liu et al., RFB Net, ECCV 2018)."""
    a = _conv(x, 8, 1, activation=False, name=f"{name}_a0")
    a = _conv(a, 16, 3, name=f"{name}_a1")
    a = _conv(a, 16, 3, dilation=2, activation=False, name=f"{name}_a2")
    b = _conv(x, 8, 1, activation=False, name=f"{name}_b0")
    b = _conv(b, 16, 3, name=f"{name}_b1")
    b = _conv(b, 16, 3, dilation=3, activation=False, name=f"{name}_b2")
    c = _conv(x, 8, 1, activation=False, name=f"{name}_c0")
    c = _conv(c, 12, 3, name=f"{name}_c1")
    c = _conv(c, 16, 3, name=f"{name}_c2")
    c = _conv(c, 16, 3, dilation=5, activation=False, name=f"{name}_c3")
    joined = layers.Concatenate(name=f"{name}_join")([a, b, c])
    joined = _conv(joined, 64, 1, activation=False, name=f"{name}_linear")
    shortcut = _conv(x, 64, 1, activation=False, name=f"{name}_shortcut")
    return layers.ReLU(name=f"{name}_relu")(layers.Add(name=f"{name}_add")([joined, shortcut]))


def _top_down(fine: Any, coarse: Any, name: str) -> Any:
    """Add what the coarser map knows to the finer one (sizes are multiples of 32, so they agree)."""
    down = layers.Conv2D(fine.shape[-1], 1, kernel_initializer="zeros", name=name)(coarse)
    up = layers.UpSampling2D(2, interpolation="nearest", name=f"{name}_up")(down)
    return layers.Add(name=f"{name}_add")([fine, up])


def _refine(x: Any, channels: int, name: str) -> Any:
    """A dense 3x3 convolution as a residual that begins as zero."""
    y = _conv(x, channels, 3, name=name)
    y = layers.Conv2D(x.shape[-1], 1, kernel_initializer="zeros", name=f"{name}_project")(y)
    return layers.Add(name=f"{name}_add")([x, y])


def _deeper(x: Any, blocks: int, name: str) -> Any:
    """Inverted residual blocks (Sandler et al., MobileNetV2, CVPR 2018) that begin as zero."""
    channels = x.shape[-1]
    for i in range(blocks):
        y = _conv(x, _EXPANSION * channels, 1, name=f"{name}_{i}_expand")
        y = _depthwise(y, 1, f"{name}_{i}_depthwise")
        y = layers.Conv2D(channels, 1, kernel_initializer="zeros", name=f"{name}_{i}_project")(y)
        x = layers.Add(name=f"{name}_{i}_add")([x, y])
    return x


def _head(x: Any, anchors: int, name: str) -> Any:
    boxes = _head_branch(x, anchors * 4, f"{name}_box")
    scores = _head_branch(x, anchors * SCORES, f"{name}_score")
    boxes = layers.Reshape((-1, 4), name=f"{name}_box_rows")(boxes)
    scores = layers.Reshape((-1, SCORES), name=f"{name}_score_rows")(scores)
    return layers.Concatenate(axis=-1, name=f"{name}_rows")([boxes, scores])


def _head_branch(x: Any, channels: int, name: str) -> Any:
    if name.startswith(f"head_{LEVELS[-1].stride}_"):
        return _conv(x, channels, 3, activation=False, name=name)
    return _conv(_depthwise(x, 1, f"{name}_depthwise"), channels, 1, activation=False, name=name)
