from __future__ import annotations

import gc
import io
import os
import struct
import weakref
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as pil

from clips import NTSC, Clip, cut, flip_bits, grey_steps, moving_noise, set_display_matrix, write_clip, write_sound
from contracts import source_contract
from maskwatch.errors import SourceError
from maskwatch.sources.video import VideoSource

FASTSTART = (("movflags", "faststart"),)
FRAGMENTED = (("movflags", "frag_keyframe+empty_moov"),)
SHORT_GROUPS = (("g", "12"),)


def _failure(source: VideoSource) -> str:
    assert len(source.failures) == 1
    text = str(source.failures[0])
    assert text.startswith(source.name)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("ending", "codec"),
    [("mp4", "libx264"), ("mkv", "libx264"), ("mov", "mpeg4"), ("avi", "mpeg4"), ("ts", "libx264"), ("webm", "libvpx")],
)
def test_an_intact_video_gives_every_frame_in_order(ending: str, codec: str, tmp_path: Path) -> None:
    path = write_clip(tmp_path / f"clip.{ending}", grey_steps(12), Clip(rate=NTSC, codec=codec))
    with VideoSource(path) as source:
        assert source.total == 12
        assert source.rate == pytest.approx(NTSC, rel=1e-3)
        frames = list(source)
    assert [frame.index for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx([i / NTSC for i in range(12)], abs=0.001)
    levels = [float(frame.image.mean()) for frame in frames]
    assert levels == pytest.approx(np.linspace(20, 235, 12), abs=6)
    assert (source.failures, source.notes) == ([], [])


def test_the_rate_is_an_exact_fraction(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "clip.mp4", grey_steps(5), Clip(rate=NTSC))) as source:
        assert source.rate == Fraction(30000, 1001)
        assert {frame.rate for frame in source} == {Fraction(30000, 1001)}


def test_contract(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", grey_steps(6))
    source_contract(lambda: VideoSource(path))


def test_contract_with_damage(tmp_path: Path) -> None:
    path = flip_bits(write_clip(tmp_path / "clip.mp4", moving_noise(30), Clip(muxer=FASTSTART)))
    source_contract(lambda: VideoSource(path))


def test_variable_rate_keeps_the_time_of_each_frame(tmp_path: Path) -> None:
    times = [0, 40, 200, 240, 1000, 1040, 2500]
    for ending in ("mp4", "mkv"):
        path = write_clip(tmp_path / f"clip.{ending}", grey_steps(7), Clip(times_ms=times))
        with VideoSource(path) as source:
            assert [frame.time_s for frame in source] == pytest.approx([t / 1000 for t in times], abs=0.0011)
        assert source.failures == []


def test_times_begin_at_zero(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mkv", grey_steps(3), Clip(times_ms=[5000, 5040, 5080]))
    with VideoSource(path) as source:
        assert [frame.time_s for frame in source] == pytest.approx([0, 0.04, 0.08])
    assert source.failures == []


@pytest.mark.parametrize(
    ("matrix", "turned"),
    [
        ((1, 0, 0, 1), lambda image: image),
        ((0, 1, -1, 0), lambda image: np.rot90(image, 3)),
        ((-1, 0, 0, -1), lambda image: np.rot90(image, 2)),
        ((0, -1, 1, 0), lambda image: np.rot90(image, 1)),
        ((-1, 0, 0, 1), lambda image: image[:, ::-1]),
    ],
    ids=["0", "90", "180", "270", "mirrored"],
)
def test_rotation_is_applied(matrix: tuple[int, int, int, int], turned: object, tmp_path: Path) -> None:
    photo = np.full((48, 64, 3), 40, np.uint8)
    photo[:16, :16] = 230
    path = set_display_matrix(write_clip(tmp_path / "phone.mp4", [photo] * 3), matrix)
    expected = turned(photo)  # type: ignore[operator]
    with VideoSource(path) as source:
        frames = list(source)
    assert len(frames) == 3
    for frame in frames:
        assert frame.image.shape == expected.shape
        assert frame.image.flags.c_contiguous
        assert np.abs(frame.image.astype(int) - expected).mean() < 4


def test_colours_are_red_green_blue(tmp_path: Path) -> None:
    photo = np.zeros((48, 96, 3), np.uint8)
    photo[:, :32], photo[:, 32:64], photo[:, 64:] = (200, 30, 30), (30, 200, 30), (30, 30, 200)
    with VideoSource(write_clip(tmp_path / "clip.mp4", [photo] * 2)) as source:
        image = next(iter(source)).image
    for column, colour in ((16, (200, 30, 30)), (48, (30, 200, 30)), (80, (30, 30, 200))):
        assert image[24, column] == pytest.approx(colour, abs=8)


def test_sizes_that_no_row_padding_fits(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "clip.mp4", grey_steps(2, (50, 38)))) as source:
        assert [frame.image.shape for frame in source] == [(38, 50, 3)] * 2


def test_sound_is_ignored_with_a_note(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "clip.mp4", grey_steps(5), Clip(sound=True))) as source:
        assert len(list(source)) == 5
    assert source.failures == []
    assert source.notes == [f"{source.name}: its sound is ignored"]


def test_the_size_may_change_in_mid_stream(tmp_path: Path) -> None:
    small = write_clip(tmp_path / "small.h264", grey_steps(4, (64, 48)))
    large = write_clip(tmp_path / "large.h264", grey_steps(4, (96, 80)))
    both = tmp_path / "both.h264"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    with VideoSource(both) as source:
        shapes = [frame.image.shape for frame in source]
    assert shapes == [(48, 64, 3)] * 4 + [(80, 96, 3)] * 4


@pytest.mark.parametrize(
    ("ending", "clip"),
    [
        ("mp4", Clip(muxer=FASTSTART)),
        ("mp4", Clip(muxer=FRAGMENTED, encoder=SHORT_GROUPS)),
        ("mkv", Clip()),
        ("avi", Clip(codec="mpeg4")),
    ],
    ids=["mp4", "fragmented mp4", "mkv", "avi"],
)
def test_a_truncated_video_keeps_its_frames_and_is_one_failure(ending: str, clip: Clip, tmp_path: Path) -> None:
    path = cut(write_clip(tmp_path / f"clip.{ending}", moving_noise(60), clip), 0.6)
    with VideoSource(path) as source:
        frames = list(source)
    assert 10 <= len(frames) < 60
    assert f"{len(frames)} of {source.total} frames read" in _failure(source)
    assert "truncated" in _failure(source)


def test_a_cut_between_two_frames_is_seen(tmp_path: Path) -> None:
    """If the cut is in the sound, no frame is corrupt, but the index of the file lists more frames."""
    path = write_clip(tmp_path / "clip.mp4", moving_noise(30), Clip(muxer=FASTSTART))
    data = path.read_bytes()
    with av.open(str(path)) as container:
        places = sorted(entry.pos for entry in container.streams.video[0].index_entries)
    path.write_bytes(data[: places[20]])
    with VideoSource(path) as source:
        assert len(list(source)) == 20
    assert "truncated" in _failure(source)


def test_a_video_cut_before_its_index_cannot_be_opened(tmp_path: Path) -> None:
    path = cut(write_clip(tmp_path / "clip.mp4", moving_noise(20)), 0.6)
    with pytest.raises(SourceError, match=r"clip\.mp4: neither an image nor a supported video"):
        VideoSource(path)


@pytest.mark.parametrize(("ending", "codec"), [("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4")])
def test_damaged_frames_are_left_out_and_counted(ending: str, codec: str, tmp_path: Path) -> None:
    whole = write_clip(tmp_path / f"clip.{ending}", moving_noise(60), Clip(codec=codec, encoder=SHORT_GROUPS))
    with VideoSource(whole) as source:
        originals = [frame.image for frame in source]
    assert source.failures == []

    with VideoSource(flip_bits(whole, 20)) as source:
        frames = list(source)
        text = _failure(source)
        assert [frame.index for frame in frames] == [frame.index for frame in source], "another reading differs"
    assert 10 < len(frames) < 60
    assert f"{len(frames)} of 60 frames read, " in text
    assert " damaged left out" in text
    if codec == "libx264":  # its decoder also marks what was predicted from a damaged frame
        assert all(np.array_equal(frame.image, originals[frame.index]) for frame in frames if frame.index < 12)


def test_a_jpeg_frame_that_was_cut_off_is_damaged(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "clip.avi", moving_noise(6), Clip(codec="mjpeg"))
    content = bytearray(whole.read_bytes())
    starts = [i for i in range(len(content) - 3) if content[i : i + 3] == b"\xff\xd8\xff"]
    assert len(starts) == 6
    middle, end = (starts[3] + starts[4]) // 2, starts[4] - 16
    content[middle:end] = bytes(end - middle)
    whole.write_bytes(content)
    with VideoSource(whole) as source:
        assert [frame.index for frame in source] == [0, 1, 2, 4, 5]
        assert "5 of 6 frames read, 1 damaged left out" in _failure(source)


def test_a_sound_file_has_no_video(tmp_path: Path) -> None:
    for ending in ("mp4", "mkv"):
        path = write_sound(tmp_path / f"song.{ending}")
        with pytest.raises(SourceError, match=f"song.{ending}: no video in it"):
            VideoSource(path)


def test_the_cover_of_a_song_is_no_video(tmp_path: Path) -> None:
    """ID3v2.3, 4.15: the cover is an image in the tag before the sound; FFmpeg reports it as a video track."""
    cover = io.BytesIO()
    pil.new("RGB", (32, 32), "red").save(cover, "JPEG")
    content = b"\0image/jpeg\0\x03\0" + cover.getvalue()
    frame = b"APIC" + struct.pack(">IH", len(content), 0) + content
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    song = write_sound(tmp_path / "song.mp3")
    song.write_bytes(b"ID3\x03\0\0" + size + frame + song.read_bytes())
    with av.open(str(song)) as container:
        assert len(container.streams.video) == 1
    with pytest.raises(SourceError, match=r"song\.mp3: no video in it"):
        VideoSource(song)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(SourceError, match="not a regular file"):
        VideoSource(tmp_path / "pipe.mp4")


def test_a_video_with_too_many_pixels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_clip(tmp_path / "clip.mp4", grey_steps(2, (64, 48)))
    monkeypatch.setattr("maskwatch.sources.container.MAX_PIXELS", 64 * 48 - 1)
    with pytest.raises(SourceError, match="64 x 48 pixels, over the limit of 3,071"):
        VideoSource(path)


def test_a_video_that_grows_beyond_the_limit_is_cut_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maskwatch.sources.decoder.MAX_PIXELS", 64 * 48 * 2)
    small = write_clip(tmp_path / "small.h264", grey_steps(4, (64, 48)))
    large = write_clip(tmp_path / "large.h264", grey_steps(4, (640, 480)))
    small.write_bytes(small.read_bytes() + large.read_bytes())
    with VideoSource(small) as source:
        assert {frame.image.shape for frame in source} == {(48, 64, 3)}
    assert "damaged left out" in _failure(source)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty file"),
        (b"This is no film.\n" * 50, "nor a supported video"),
        (b"#EXTM3U\n#EXTINF:1,\nclip.mp4\n#EXT-X-ENDLIST\n", "nor a supported video"),
        (b"ffconcat version 1.0\nfile clip.mp4\n", "nor a supported video"),
    ],
    ids=["empty", "text", "playlist", "script"],
)
def test_what_is_no_video_is_refused_and_leads_nowhere(content: bytes, message: str, tmp_path: Path) -> None:
    write_clip(tmp_path / "clip.mp4", grey_steps(3))
    for ending in ("mp4", "m3u8", "txt", "ffconcat"):
        path = tmp_path / f"film.{ending}"
        path.write_bytes(content)
        with pytest.raises(SourceError, match=message) as error:
            VideoSource(path)
        assert str(path) in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "name", ["concat:clip.mp4", "file:clip.mp4", "http://localhost:9/clip.mp4", "subfile,,:clip.mp4"]
)
def test_a_name_is_a_path_and_never_a_protocol(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_clip(tmp_path / "clip.mp4", grey_steps(3))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="cannot be opened"):
        VideoSource(name)
    plain = tmp_path / name.replace("/", "_")
    plain.write_bytes((tmp_path / "clip.mp4").read_bytes())
    with VideoSource(plain.name) as source:
        assert len(list(source)) == 3


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.mp4: cannot be opened \(no such file"):
        VideoSource(tmp_path / "none.mp4")
    with pytest.raises(SourceError, match="not a regular file"):
        VideoSource(tmp_path)


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    strange = os.fsencode(tmp_path) + b"/caf\xe9.mp4"
    try:
        os.rename(write_clip(tmp_path / "clip.mp4", grey_steps(3)), strange)  # noqa: PTH104
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    with VideoSource(os.fsdecode(strange)) as source:
        assert len(list(source)) == 3


def test_a_video_that_vanishes_is_a_failure(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", grey_steps(3))
    with VideoSource(path) as source:
        path.unlink()
        assert list(source) == []
    assert "cannot be opened" in _failure(source)


def _held_files() -> set[str]:
    held = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            held.add(os.readlink(link))  # noqa: PTH115
        except OSError:
            continue
    return held


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux's list of open files")
def test_the_file_is_closed_however_reading_ends(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", grey_steps(8))
    source = VideoSource(path)
    assert str(path) not in _held_files()
    next(iter(source))
    assert str(path) in _held_files()
    source.close()
    assert str(path) not in _held_files()

    with VideoSource(path) as source:
        list(source)
        assert str(path) not in _held_files()

    song = write_sound(tmp_path / "song.mp4")
    with pytest.raises(SourceError):
        VideoSource(song)
    assert str(song) not in _held_files()


def test_frames_are_not_kept(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", grey_steps(40))
    seen = []
    with VideoSource(path) as source:
        for frame in source:
            seen.append(weakref.ref(frame))
            del frame
            gc.collect(0)
            assert sum(ref() is not None for ref in seen) <= 1
    assert len(seen) == 40


def test_decoded_frames_do_not_wait_for_the_garbage_collector(tmp_path: Path) -> None:
    path = set_display_matrix(write_clip(tmp_path / "clip.mp4", grey_steps(40)), (0, 1, -1, 0))
    gc.collect()
    gc.disable()
    try:
        with VideoSource(path) as source:
            assert len(list(source)) == 40
        held = sum(isinstance(thing, av.VideoFrame) for thing in gc.get_objects())
    finally:
        gc.enable()
    assert held < 10


@pytest.fixture(scope="session")
def small_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("small") / "clip.mp4", moving_noise(6, (48, 32)), Clip(muxer=FASTSTART))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=12), st.floats(0, 1))
def test_corrupted_videos_only_raise_source_errors(
    small_video: Path, hits: list[tuple[float, int]], kept: float
) -> None:
    data = bytearray(small_video.read_bytes())
    for place, value in hits:
        data[int(place * (len(data) - 1))] = value
    path = small_video.with_name("corrupted.mp4")
    path.write_bytes(data[: int(len(data) * kept)])
    try:
        source = VideoSource(path)
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    with source:
        for frame in source:
            assert frame.image.ndim == 3
        assert len(source.failures) <= 1


@pytest.mark.shared
def test_real_videos_raise_no_false_alarm(shared: Path) -> None:
    paths = sorted((shared / "data" / "video").glob("*.mp4"))
    assert paths
    for path in paths:
        with VideoSource(path) as source:
            assert sum(1 for _ in source) == source.total
            assert source.failures == []
