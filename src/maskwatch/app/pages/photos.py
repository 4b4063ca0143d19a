"""The page of images: bring some, see every face and its state, take the results home."""

from __future__ import annotations

import streamlit as st

from maskwatch.app.cards import plain
from maskwatch.app.detectors import load
from maskwatch.app.icon import brand
from maskwatch.app.images import Upload
from maskwatch.app.pages.controls import choose_confidence, choose_detector, choose_images
from maskwatch.app.pages.results import show_results
from maskwatch.app.sample import sample
from maskwatch.app.session import Prediction, Session
from maskwatch.detect.options import InferenceOptions
from maskwatch.errors import MaskWatchError


def show() -> None:
    """Draw the page."""
    st.html(brand())
    st.title("Who wears a mask?")
    controls, results = st.columns([1, 2.4], gap="large")
    with controls:
        uploads = choose_images(_studio())
        choice = choose_detector()
        try:
            detector = load(choice)
        except MaskWatchError as error:
            st.error(plain(str(error)), icon=":material/error:")
            st.stop()
        conf = choose_confidence(detector)
        blur = st.toggle("Blur faces", help="In what you see and in the images you download.")
    with results:
        brought = uploads or [sample().upload]
        if not uploads:
            st.info(f"A sample: {sample().words} Bring your own images to replace it.", icon=":material/draft:")
        seen, failures = _look_at(brought, choice)
        show_results([one.result(conf) for one in seen], failures, detector.name, conf, blur=blur)
        st.caption(_effort(_studio()))


def _studio() -> Session:
    if "studio" not in st.session_state:
        st.session_state["studio"] = Session()
    studio: Session = st.session_state["studio"]
    return studio


def _look_at(uploads: list[Upload], choice: InferenceOptions) -> tuple[list[Prediction], list[str]]:
    """Look at what is new, with a bar that tells how far it is; what could not be read, as lines."""
    studio = _studio()
    studio.keep_only(uploads)
    new = sum(not studio.has_seen(upload, choice) for upload in uploads)
    bar = st.progress(0.0, text="Looking") if new else None
    seen, failures, done = [], [], 0
    for upload in uploads:
        done += not studio.has_seen(upload, choice)
        if bar is not None:
            bar.progress(min(done, new) / new, text=f"Looking at image {done} of {new}")
        try:
            seen.append(studio.see(upload, choice))
        except MaskWatchError as error:
            failures.append(str(error))
    if bar is not None:
        bar.empty()
    return seen, failures


def _effort(studio: Session) -> str:
    times = "once" if studio.runs == 1 else f"{studio.runs} times"
    return (
        f"The detector ran {times} in this session ({1000 * studio.seconds:.0f} ms in all). "
        "Moving the confidence or blurring does not run it again."
    )
