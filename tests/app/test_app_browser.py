from __future__ import annotations

import csv
import io
import json
import os
import re
import resource
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import ZipFile

import av
import numpy as np
import pytest

from commands import PROGRAM
from image_files import encoded
from maskwatch import load_detector
from maskwatch.app.images import Upload
from maskwatch.demo.drawn import drawn_people
from maskwatch.images import read_image
from maskwatch.sinks.blur import blur
from maskwatch.sinks.draw import draw
from waiting import wait_for

CHROMIUM = next(
    (Path(path) for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None
)
if CHROMIUM is None:
    pytest.skip("needs Chromium (Debian: apt-get install chromium)", allow_module_level=True)
pytest.importorskip("streamlit", reason="needs the extra: pip install 'maskwatch[app]'")
playwright = pytest.importorskip("playwright.sync_api", reason="needs pip install 'maskwatch[browser-test]'")

SLOW_MS = 60_000
LIMIT_MB = 12


def _no_files() -> None:
    """Let this process write to pipes and sockets, but not to files."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, served by ``maskwatch app`` in a process that cannot write to any file."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*PROGRAM, "app", "--no-browser", "--port", str(port), "--max-upload", str(LIMIT_MB)]
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, env=environment, cwd=home, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=_no_files
    ) as server:
        try:
            wait_for(lambda: _answers(f"http://127.0.0.1:{port}/_stcore/health"), process=server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            output = server.communicate(timeout=30)[0].decode()
    assert output.splitlines()[0] == f"MaskWatch is at http://127.0.0.1:{port} (Ctrl-C stops it)"
    assert "Traceback" not in output
    assert [path for path in home.rglob("*") if path.is_file() and path.stat().st_size] == []


def _answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, TimeoutError, ConnectionError):
        return False


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Chromium, whose camera shows the drawn person without a mask."""
    film = tmp_path_factory.mktemp("camera") / "camera.mjpeg"
    with av.open(str(film), "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=10)
        stream.width, stream.height, stream.pix_fmt = 320, 400, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(drawn_people().image[:, 640:]), format="rgb24")
        for _ in range(10):
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    camera = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", *camera])
        yield chromium
        chromium.close()


class Visitor:
    """A visitor of the page; records the requests and console errors of the browser."""

    def __init__(self, browser: Any, address: str, width: int = 1400) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900}, accept_downloads=True)
        self.page.set_default_timeout(SLOW_MS)
        self.requests: list[str] = []
        self.console_errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._hear)
        self.page.goto(address)
        self.page.get_by_text("The detector ran once").wait_for()

    def _hear(self, message: Any) -> None:
        # an image that the next run of the page replaced before the browser had fetched it
        replaced = "/media/" in message.text + message.location.get("url", "")
        if message.type == "error" and not replaced:
            self.console_errors.append(message.text)

    def bring(self, *uploads: Upload) -> None:
        files = [{"name": one.name, "mimeType": "image/png", "buffer": one.content} for one in uploads]
        self.page.locator("input[type=file]").set_input_files(files)
        self.page.get_by_text("A sample:").wait_for(state="detached")

    def sees(self, text: str | re.Pattern[str]) -> None:
        self.page.get_by_text(text).first.wait_for()

    @property
    def runs(self) -> int:
        words = self.page.get_by_text("The detector ran").inner_text()
        return int(re.sub("once", "1", words).split("ran ")[1].split()[0])

    def download(self, button: str) -> tuple[str, bytes]:
        with self.page.expect_download() as waiting:
            self.page.get_by_role("button", name=button).click()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()

    @property
    def counts(self) -> list[str]:
        """The counts over all images: faces, no mask, worn incorrectly, uncertain, mask worn."""
        return self.page.locator(".mw-tiles .mw-count").all_inner_texts()


@pytest.fixture
def visitor(browser: Any, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address)
    yield visitor
    broken = visitor.page.locator("img").evaluate_all(
        "images => images.filter(i => i.complete && !i.naturalWidth).length"
    )
    visitor.page.close()
    hosts = {
        re.sub(r"^\w+://([^/]*).*", r"\1", url) for url in visitor.requests if not url.startswith(("data:", "blob:"))
    }
    assert hosts == {address.removeprefix("http://")}, "nothing but this server is asked for anything"
    assert visitor.console_errors == []
    assert broken == 0


def test_a_first_visit_shows_a_detected_sample(visitor: Visitor) -> None:
    visitor.sees("A sample:")
    visitor.sees("never on disk")
    total, no_mask, worn_incorrectly, uncertain, mask_worn = (int(count) for count in visitor.counts)
    assert total == no_mask + worn_incorrectly + uncertain + mask_worn
    assert min(no_mask, worn_incorrectly, mask_worn) > 0
    shown = visitor.page.locator(".st-key-image img")
    assert re.search(r"boxed: \d+ faces: \d+ no mask", shown.get_attribute("alt"))
    assert all(image.get_attribute("alt") is not None for image in visitor.page.locator("img").all())


def test_images_can_be_dropped(visitor: Visitor, unmasked: Upload) -> None:
    dropped = visitor.page.evaluate_handle(
        """([name, bytes]) => {
            const dropped = new DataTransfer();
            dropped.items.add(new File([new Uint8Array(bytes)], name, {type: "image/jpeg"}));
            return dropped;
        }""",
        [unmasked.name, list(unmasked.content)],
    )
    visitor.page.get_by_test_id("stFileUploaderDropzone").dispatch_event("drop", {"dataTransfer": dropped})
    visitor.sees("unmasked.jpg: 320 x 400 pixels, 1 face: 1 no mask")
    shown = visitor.page.locator(".st-key-image img")
    assert shown.evaluate("image => getComputedStyle(image).objectFit") == "contain", "tall images keep their shape"


def test_many_images_the_slider_and_the_blur(visitor: Visitor, people: Upload, unmasked: Upload, wall: Upload) -> None:
    visitor.bring(people, unmasked, wall)
    visitor.sees("3 images")
    visitor.sees("The detector ran 4 times")
    assert visitor.counts == ["4", "2", "1", "0", "1"]
    slider = visitor.page.get_by_role("slider")
    slider.focus()
    visitor.page.keyboard.press("End")
    visitor.sees("No face at 99% or more.")
    assert visitor.counts == ["0", "0", "0", "0", "0"]
    visitor.page.keyboard.press("Home")
    visitor.sees(re.compile(r"people\.png: .* ([3-9]|\d\d+) faces"))
    visitor.page.get_by_role("button", name="Balanced").click()
    visitor.sees("people.png: 960 x 400 pixels, 3 faces: 1 no mask, 1 worn incorrectly, 1 mask worn")
    before = visitor.page.locator(".st-key-image img").get_attribute("src")
    visitor.page.get_by_text("Blur faces").click()
    visitor.page.wait_for_function(
        "before => document.querySelector('.st-key-image img').getAttribute('src') != before", arg=before
    )
    assert visitor.runs == 4
    visitor.page.get_by_role("button", name="unmasked.jpg", exact=True).click()
    visitor.sees("unmasked.jpg: 320 x 400 pixels, 1 face: 1 no mask")
    assert visitor.runs == 4


def test_downloads_hold_what_is_on_the_page(visitor: Visitor, people: Upload, unmasked: Upload) -> None:
    visitor.bring(people, unmasked)
    visitor.sees("2 images")
    image, faces = people.image(), load_detector()(people.image())
    name, content = visitor.download("Annotated image")
    assert name == "people-maskwatch.png"
    np.testing.assert_array_equal(read_image(content), draw(image, faces))

    name, content = visitor.download("CSV")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "maskwatch-faces.csv"
    assert [row["source"] for row in rows] == ["people.png"] * 3 + ["unmasked.jpg"]
    assert [float(row["x_min"]) for row in rows[:3]] == pytest.approx(faces.xyxy[:, 0].tolist(), abs=0.01)

    document = json.loads(visitor.download("JSON")[1])
    assert [len(photo["detections"]) for photo in document["images"]] == [3, 1]

    visitor.page.get_by_text("Blur faces").click()
    visitor.page.wait_for_timeout(500)
    visitor.sees("The detector ran 3 times")
    with ZipFile(io.BytesIO(visitor.download("All images (ZIP)")[1])) as archive:
        assert {"people-maskwatch.png", "unmasked-maskwatch.jpg", "maskwatch-faces.csv"} < set(archive.namelist())
        blurred = read_image(archive.read("people-maskwatch.png"))
    np.testing.assert_array_equal(blurred, draw(blur(image, faces), faces))


def test_each_failure_says_what_to_do(visitor: Visitor, wall: Upload, bad_uploads: dict[str, Upload]) -> None:
    too_long = Upload("film.png", bytes(LIMIT_MB * 1_048_576 + 1))
    visitor.bring(bad_uploads["text"], bad_uploads["bomb"], bad_uploads["heic"], wall)
    visitor.sees("3 images could not be read:")
    visitor.sees(re.compile(r"holiday\.jpg: not a whole image in a known format \(.*\); convert or replace it"))
    visitor.sees("bomb.png: over the limit of 100,000,000 pixels; make it smaller")
    visitor.sees(re.compile(r"phone\.jpg: a HEIC image, which is not read; export it as JPEG"))
    visitor.sees("No face found. Faces should be at least 10 pixels high")
    visitor.page.locator("input[type=file]").set_input_files(
        [{"name": too_long.name, "mimeType": "image/png", "buffer": too_long.content}]
    )
    visitor.page.get_by_text("File must be 12.0MB or smaller.").wait_for(state="attached")
    visitor.sees("Up to 12 MB and 100 megapixels per image. HEIC is not supported: export it as JPEG.")


def test_a_photo_of_sixty_megapixels_is_shown_smaller_and_read_whole(visitor: Visitor) -> None:
    canvas = np.full((6720, 8960, 3), 170, np.uint8)
    portrait = drawn_people().image
    canvas[1000:4200, 500:8180] = np.repeat(np.repeat(portrait, 8, axis=0), 8, axis=1)
    content = encoded(canvas, "JPEG", quality=80)
    assert 1_048_576 < len(content) < LIMIT_MB * 1_048_576  # more than what a server would keep in memory by itself
    visitor.bring(Upload("large.jpg", content))
    visitor.sees("large.jpg: 8960 x 6720 pixels, 3 faces: 1 no mask, 1 worn incorrectly, 1 mask worn")
    visitor.sees("60 megapixels, shown smaller; downloads keep the full size.")


def test_faces_in_a_camera_snapshot_are_detected(visitor: Visitor) -> None:
    assert visitor.page.locator("video").count() == 0, "the camera is asked for only when somebody wants it"
    visitor.page.get_by_text("Use the camera").click()
    visitor.page.wait_for_function("() => document.querySelector('video')?.videoWidth > 0")
    visitor.page.get_by_role("button", name="Take Photo").click()
    visitor.sees(re.compile(r"camera\.jpg: .* 1 face: 1 no mask"))


def test_a_phone_shows_everything_without_scrolling_sideways(browser: Any, address: str) -> None:
    visitor = Visitor(browser, address, width=390)
    main = visitor.page.locator(".stMain")
    assert main.evaluate("element => element.scrollWidth") <= 390
    widest = visitor.page.evaluate(
        "() => Math.max(...[...document.querySelectorAll('.mw-tile, .mw-card, .st-key-image img')]"
        ".map(element => element.getBoundingClientRect().right))"
    )
    assert widest <= 390
    visitor.page.close()
