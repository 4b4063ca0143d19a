"""The page for images: upload them, see each face with its state, download the results."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.cards import plain
from maskwatch.app.detectors import load
from maskwatch.app.images import Upload, sample
from maskwatch.app.pages.controls import choose_confidence, choose_detector, choose_images
from maskwatch.app.pages.results import show_results
from maskwatch.app.session import Prediction, Session
from maskwatch.app.theme import brand
from maskwatch.detect.options import InferenceOptions
from maskwatch.errors import MaskWatchError


def show() -> None:
    """Draw the page."""
    st.html(brand())
    st.title("Who wears a mask?")
    session = _session()
    controls, results = st.columns([1, 2.4], gap="large")
    with controls:
        uploads = choose_images(session)
        choice = choose_detector()
        try:
            detector = load(choice)
        except MaskWatchError as error:
            st.error(plain(str(error)), icon=":material/error:")
            st.stop()
        conf = choose_confidence(detector)
        blur = st.toggle("Blur faces", help="On the page and in the downloads.")
    with results:
        if not uploads:
            st.info(f"A sample: {sample().words} Your own images replace it.", icon=":material/draft:")
        predictions, failures = _predict(session, uploads or [sample().upload], choice)
        show_results([one.result(conf) for one in predictions], failures, detector.name, conf, blur=blur)
        st.caption(_effort(session))


def _session() -> Session:
    if "session" not in st.session_state:
        st.session_state["session"] = Session()
    session: Session = st.session_state["session"]
    return session


def _predict(session: Session, uploads: list[Upload], choice: InferenceOptions) -> tuple[list[Prediction], list[str]]:
    """Predictions for all images, with a progress bar for new ones, and one line per image that cannot be decoded."""
    session.keep_only(uploads)
    new = sum(not session.is_cached(upload, choice) for upload in uploads)
    bar = st.progress(0.0, text="Detecting faces") if new else None
    predictions, failures, done = [], [], 0
    for upload in uploads:
        done += not session.is_cached(upload, choice)
        if bar is not None:
            bar.progress(min(done, new) / new, text=f"Detecting faces in image {done} of {new}")
        try:
            predictions.append(session.predict(upload, choice))
        except MaskWatchError as error:
            failures.append(str(error))
    if bar is not None:
        bar.empty()
    return predictions, failures


def _effort(session: Session) -> str:
    times = "once" if session.runs == 1 else f"{session.runs} times"
    return (
        f"The detector ran {times} in this session ({1000 * session.seconds:.0f} ms in all). "
        "The confidence threshold and the blur do not run it again."
    )
