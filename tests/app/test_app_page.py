from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from history import write_history
from maskwatch import load_detector
from maskwatch.app.images import Upload, sample
from maskwatch.app.options import AppOptions, use
from maskwatch.app.server import MAIN

testing = pytest.importorskip("streamlit.testing.v1", reason="needs the extra: pip install 'maskwatch[app]'")

# raised inside Streamlit's own test runner
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(autouse=True)
def _usual_options() -> Iterator[None]:
    yield
    use(AppOptions())


@pytest.fixture
def page() -> testing.AppTest:
    """The page as a first visitor sees it."""
    return testing.AppTest.from_file(MAIN, default_timeout=60).run()


def bring(page: testing.AppTest, *uploads: Upload) -> testing.AppTest:
    page.file_uploader(key="files").set_value([(one.name, one.content, "image/png") for one in uploads])
    return page.run()


def text(page: testing.AppTest) -> str:
    """All text on the page."""
    parts = [page.caption, page.info, page.error, page.subheader, page.get("html")]
    return " ".join(str(getattr(element, "value", None) or element.proto.body) for part in parts for element in part)


def face_cards(page: testing.AppTest) -> str:
    return next(str(html.proto.body) for html in page.get("html") if html.proto.body.startswith('<ul class="mw-cards"'))


def runs(page: testing.AppTest) -> int:
    return int(page.session_state["session"].runs)


def confidence(page: testing.AppTest) -> testing.Slider:
    return page.slider[0]


def test_it_begins_with_a_sample_and_says_so(page: testing.AppTest) -> None:
    assert not page.exception
    assert page.info[0].value.startswith(f"A sample: {sample().words}")
    assert "never on disk" in text(page)
    assert runs(page) == 1


def test_images_replace_the_sample(page: testing.AppTest, people: Upload, wall: Upload) -> None:
    bring(page, people, wall)
    assert not page.exception
    assert not page.info
    assert page.subheader[0].value == "2 images"
    assert "people\\.png: 960 x 400 pixels, 3 faces: 1 no mask, 1 worn incorrectly, 1 mask worn" in text(page)
    page.button(key="open 1").click().run()
    assert "wall\\.png: 320 x 240 pixels, no face" in text(page)
    assert "No face found. Faces should be at least 10 pixels high" in page.info[0].value


def test_the_slider_and_the_blur_run_no_model(page: testing.AppTest, people: Upload) -> None:
    bring(page, people)
    assert runs(page) == 2
    confidence(page).set_value(99.0).run()
    assert "No face at 99% or more." in page.info[0].value
    confidence(page).set_value(5.0).run()
    assert "no face" not in text(page)
    page.toggle[-1].set_value(True).run()
    assert runs(page) == 2
    page.toggle(key="tile").set_value(True).run()
    assert runs(page) == 3


def test_the_models_own_thresholds_are_a_click_away(page: testing.AppTest) -> None:
    card = load_detector().card
    balanced, strict = (100 * card.preset_conf(name) for name in ("balanced", "strict"))
    assert balanced < strict
    assert confidence(page).value == pytest.approx(100 * card.conf, abs=0.01)
    page.button(key="preset strict").click().run()
    assert confidence(page).value == pytest.approx(strict, abs=0.01)
    page.button(key="preset balanced").click().run()
    assert confidence(page).value == pytest.approx(balanced, abs=0.01)


def test_thresholds_of_a_card_beyond_the_slider_are_its_ends() -> None:
    page = testing.AppTest.from_function(confidence_of_an_odd_card, default_timeout=60).run()
    assert not page.exception
    assert confidence(page).value == 5.0
    assert [button.label for button in page.button] == ["Balanced (5%)", "Strict (99%)"]
    for name, percent in {"strict": 99.0, "balanced": 5.0}.items():
        page.button(key=f"preset {name}").click().run()
        assert not page.exception
        assert confidence(page).value == percent


def confidence_of_an_odd_card() -> None:
    from types import SimpleNamespace

    from maskwatch.app.pages.controls import choose_confidence

    card = SimpleNamespace(presets={"balanced": 0.02, "strict": 0.999})
    choose_confidence(SimpleNamespace(name="odd", default_conf=0.01, card=card))


def test_unreadable_images_are_named_and_the_others_shown(
    page: testing.AppTest, people: Upload, bad_uploads: dict[str, Upload]
) -> None:
    bring(page, bad_uploads["text"], people, bad_uploads["heic"])
    assert not page.exception
    assert page.error[0].value.startswith("2 images could not be read:")
    assert "holiday\\.jpg: not a whole image" in page.error[0].value.replace("\\:", ":")
    assert "3 faces" in text(page)


def test_one_state_alone_can_be_shown(page: testing.AppTest, people: Upload) -> None:
    bring(page, people)
    cards = face_cards(page)
    assert all(words in cards for words in ("No mask", "Worn incorrectly", "Mask worn"))
    page.segmented_control[-1].set_value("worn_incorrectly").run()
    cards = face_cards(page)
    assert "Worn incorrectly" in cards
    assert "No mask" not in cards


def test_two_stage_detection_offers_the_installed_models(
    page: testing.AppTest, people: Upload, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MASKWATCH_CACHE", str(tmp_path))
    bring(page, people)
    page.radio(key="pipeline").set_value("two-stage").run()
    assert not page.exception
    assert [option.split(":")[0] for option in page.selectbox(key="face_detector").options] == ["maskwatch", "haar"]
    assert "Not installed: res10, yunet, retinaface. Download with `maskwatch models fetch NAME`." in text(page)
    page.selectbox(key="face_detector").set_value("haar").run()
    assert not page.exception
    assert runs(page) == 4
    page.radio(key="pipeline").set_value("single-stage").run()
    assert runs(page) == 4


def test_a_model_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    use(AppOptions(models=(str(tmp_path / "missing.onnx"),)))
    page = testing.AppTest.from_file(MAIN, default_timeout=60).run()
    page.selectbox(key="model").set_value(str(tmp_path / "missing.onnx")).run()
    assert not page.exception
    assert "no such model" in page.error[0].value


def test_the_history_of_a_watch_has_a_page_of_its_own(tmp_path: Path) -> None:
    history, missing = write_history(tmp_path / "events.sqlite"), tmp_path / "missing.sqlite"
    use(AppOptions(events=(str(history), str(missing))))
    page = testing.AppTest.from_function(report_page, default_timeout=60).run()
    assert not page.exception
    for period in ("All", "Last day"):
        page.segmented_control(key="period").set_value(period).run()
        assert "Mask compliance report" in page.get("iframe")[0].proto.srcdoc
    page.selectbox(key="history").set_value(str(missing)).run()
    assert not page.exception
    assert "missing" in page.error[0].value


def report_page() -> None:
    from maskwatch.app.pages import report

    report.show()
