"""The controls of the page for images."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.detectors import LOWEST_CONF, Choices, available, describe_face_detector, single_stage, two_stage
from maskwatch.app.images import MAX_PIXELS, TYPES, Upload
from maskwatch.app.options import current
from maskwatch.app.session import Session
from maskwatch.detect.base import Detector
from maskwatch.detect.options import InferenceOptions

_HIGHEST_CONF = 0.99


def choose_images(session: Session) -> list[Upload]:
    """Uploaded files, and a snapshot of the camera if it is switched on."""
    limit = current().max_upload_mb
    files = st.file_uploader(
        "Drop images here, or upload them",
        type=list(TYPES),
        accept_multiple_files=True,
        key="files",
        max_upload_size=limit,
    )
    where = "this computer" if current().loopback else "the computer that serves this page"
    st.caption(
        f"Up to {limit} MB and {MAX_PIXELS // 1_000_000} megapixels per image. "
        "HEIC is not supported: export it as JPEG."
    )
    st.caption(
        f":material/lock: Kept in the memory of {where} only, never on disk; deleted two minutes after you close the "
        "page."
    )
    uploads = [session.upload(file.file_id, file.name, file.getvalue()) for file in files]
    if st.toggle("Use the camera", key="camera_on"):
        photo = st.camera_input("Camera snapshot", key="camera")
        if photo is not None:
            uploads.append(session.upload(photo.file_id, "camera.jpg", photo.getvalue()))
    return uploads


def choose_detector() -> InferenceOptions:
    """The pipeline and its models."""
    choices = available(current())
    with st.popover("Detector", icon=":material/tune:", width="stretch"):
        pipeline = "single-stage"
        if choices.classifiers:
            pipeline = st.radio("Pipeline", ["single-stage", "two-stage"], key="pipeline")
        else:
            st.caption("For two-stage detection, start the app with `--classifier FILE`.")
        return _two_stage(choices) if pipeline == "two-stage" else _single_stage(choices)


def _single_stage(choices: Choices) -> InferenceOptions:
    model = choices.models[0]
    if len(choices.models) > 1:
        model = st.selectbox("Model", choices.models, key="model")
    tile = st.toggle(
        "Tiling (small faces)", key="tile", help="Also processes large images in tiles, for small faces; slower."
    )
    return single_stage(model, tile=tile)


def _two_stage(choices: Choices) -> InferenceOptions:
    face_detector = st.selectbox(
        "Face detector", choices.face_detectors, format_func=describe_face_detector, key="face_detector"
    )
    classifier = choices.classifiers[0]
    if len(choices.classifiers) > 1:
        classifier = st.selectbox("Mask classifier", choices.classifiers, key="classifier")
    if choices.not_installed:
        st.caption(f"Not installed: {', '.join(choices.not_installed)}. Download with `maskwatch models fetch NAME`.")
    return two_stage(face_detector, classifier)


def choose_confidence(detector: Detector) -> float:
    """The confidence threshold, 0..1: a slider, and a button for each preset of the model."""
    key = f"confidence of {detector.name}"
    percent = st.slider(
        "Confidence threshold",
        min_value=100 * LOWEST_CONF,
        max_value=100 * _HIGHEST_CONF,
        value=_percent(detector.default_conf),
        step=1.0,
        format="%.0f %%",
        key=key,
        help="Faces below it are not shown. A lower threshold detects more faces and adds false positives.",
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
    """A threshold of a model card, 0..1, within the range of the slider."""
    return 100 * min(max(conf, LOWEST_CONF), _HIGHEST_CONF)


def _set(key: str, percent: float) -> None:
    st.session_state[key] = percent
