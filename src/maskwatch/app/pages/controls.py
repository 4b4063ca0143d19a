"""The controls of the page of images."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.detectors import (
    LOWEST_CONF,
    Choices,
    face_detector_words,
    offer,
    one_pass,
    two_stages,
)
from maskwatch.app.images import MAX_PIXELS, TYPES, Upload
from maskwatch.app.session import Session
from maskwatch.app.settings import current
from maskwatch.detect.base import Detector
from maskwatch.detect.options import InferenceOptions

_HIGHEST_CONF = 0.99


def choose_images(studio: Session) -> list[Upload]:
    """Files, and a snapshot of the camera if it is wanted."""
    limit = current().max_upload_mb
    files = st.file_uploader(
        "Drop images here, or choose some",
        type=list(TYPES),
        accept_multiple_files=True,
        key="files",
        max_upload_size=limit,
    )
    where = "this computer" if current().loopback else "the computer that serves this page"
    st.caption(
        f"Up to {limit} MB and {MAX_PIXELS // 1_000_000} megapixels each; make larger ones smaller. "
        "HEIC is refused: export it as JPEG."
    )
    st.caption(
        f":material/lock: Kept in the memory of {where} only, never on disk; gone two minutes after you close the page."
    )
    uploads = [studio.bring(file.file_id, file.name, file.getvalue()) for file in files]
    if st.toggle("Use the camera", key="camera_on"):
        shot = st.camera_input("Camera snapshot", key="camera")
        if shot is not None:
            uploads.append(studio.bring(shot.file_id, "camera.jpg", shot.getvalue()))
    return uploads


def choose_detector() -> InferenceOptions:
    """Which networks look, and how closely."""
    there = offer(current())
    with st.popover("Detector", icon=":material/tune:", width="stretch"):
        in_two = False
        if there.classifiers:
            ways = ["In one pass", "Face detector, then mask classifier"]
            in_two = st.radio("Look", ways, key="way") == ways[1]
        else:
            st.caption("To look in two stages, start the page with `--classifier FILE`.")
        return _two_stages(there) if in_two else _one_pass(there)


def _one_pass(there: Choices) -> InferenceOptions:
    model = there.models[0]
    if len(there.models) > 1:
        model = st.selectbox("Model", there.models, key="model")
    tile = st.toggle(
        "Look for small faces too", key="tile", help="Looks at large images piece by piece as well; slower."
    )
    return one_pass(model, tile=tile)


def _two_stages(there: Choices) -> InferenceOptions:
    face_detector = st.selectbox(
        "Face detector", there.face_detectors, format_func=face_detector_words, key="face_detector"
    )
    classifier = there.classifiers[0]
    if len(there.classifiers) > 1:
        classifier = st.selectbox("Mask classifier", there.classifiers, key="classifier")
    if there.absent:
        st.caption(f"Not here yet: {', '.join(there.absent)}. Get one with `maskwatch models fetch NAME`.")
    return two_stages(face_detector, classifier)


def choose_confidence(detector: Detector) -> float:
    """The threshold, 0..1: a slider, and the model's own values by name."""
    key = f"confidence of {detector.name}"
    percent = st.slider(
        "Confidence at least",
        min_value=100 * LOWEST_CONF,
        max_value=100 * _HIGHEST_CONF,
        value=_percent(detector.default_conf),
        step=1.0,
        format="%.0f %%",
        key=key,
        help="Faces that are less sure are not shown. Lower finds more faces, and more that are none.",
    )
    presets = detector.card.presets
    if presets:
        with st.container(horizontal=True, gap="small"):
            for name, conf in presets.items():
                st.button(
                    f"{name.capitalize()} ({_percent(conf):.0f}%)",
                    key=f"preset {name}",
                    on_click=_set,
                    args=(key, _percent(conf)),
                    width="stretch",
                )
    return float(percent) / 100


def _percent(conf: float) -> float:
    """A threshold of a card, 0..1, as the slider can show it."""
    return 100 * min(max(conf, LOWEST_CONF), _HIGHEST_CONF)


def _set(key: str, percent: float) -> None:
    st.session_state[key] = percent
