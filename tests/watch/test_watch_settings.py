"""Settings from a file, the environment and flags; mistakes are explained in one line, with file and line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from maskwatch.detect.base import LARGEST_IMGSZ, SMALLEST_IMGSZ
from maskwatch.detect.devices import installed_devices
from maskwatch.errors import UsageError
from maskwatch.watch import start
from maskwatch.watch.schema import Group, Secret
from maskwatch.watch.settings import WatchSettings, describe, load_settings
from maskwatch.watch.settings.mistakes import groups_in

WHOLE = """
cameras:
  - name: door
    url: rtsp://viewer:${DOOR_PASSWORD}@10.0.0.5/stream
    zones:
      - name: entrance
        polygon: [[0, 0], [0.5, 0], [0.5, 1]]
  - name: hall
    url: 0
rules:
  - name: no-mask
    zone: entrance
    schedules:
      - {days: [mon, fri], start: 22:00, end: 6:00, timezone: Europe/Berlin}
  - name: crowd
    people: 3
    cameras: [hall]
senders:
  - type: webhook
    url: https://example.org/hook/sesame
    secret: {env: HOOK_SECRET}
  - {type: jsonl, path: events.jsonl, rules: [crowd]}
"""
PASSWORD = {"DOOR_PASSWORD": "opensesame"}


def written(tmp_path: Path, text: str = WHOLE) -> Path:
    path = tmp_path / "watch.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load(tmp_path: Path, text: str = WHOLE, *sources: str, **environment: str) -> WatchSettings:
    return load_settings(written(tmp_path, text), sources, environment=PASSWORD | environment)


def complaint(tmp_path: Path, text: str = WHOLE, **environment: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(tmp_path, text, **environment)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{tmp_path}/", "")


def test_a_source_alone_is_enough() -> None:
    settings = load_settings(None, ["0", "rtsp://10.0.0.5/a", "rtsp://10.0.0.5/b", "clips/door 1.mp4"], environment={})
    assert [camera.name for camera in settings.cameras] == ["webcam-0", "10.0.0.5", "10.0.0.5-2", "door-1"]
    assert [rule.states for rule in settings.rules] == [["without_mask"]]
    assert settings.senders == []
    assert not settings.snapshots.enabled
    assert not settings.clips.enabled


@pytest.mark.parametrize(
    "address", ["rtsp://me:op[ensesame@host", "rtsp://me:opensesame@/", "rtsp://me:opensesame@h:x"]
)
def test_a_name_made_from_an_address_contains_no_password(address: str) -> None:
    (camera,) = load_settings(None, [address], environment={}).cameras
    assert "sesame" not in camera.name


def test_a_whole_file(tmp_path: Path) -> None:
    settings = load(tmp_path)
    door, hall = settings.cameras
    assert door.url == "rtsp://viewer:opensesame@10.0.0.5/stream"
    assert hall.url == "0"
    (night,) = settings.rules[0].schedules
    assert (night.start.hour, night.end.hour) == (22, 6)
    assert [rule.name for rule in settings.rules_of(door)] == ["no-mask"]
    assert [rule.name for rule in settings.rules_of(hall)] == ["crowd"]
    assert [sender.name for sender in settings.senders] == ["webhook", "jsonl"]


def test_flags_take_precedence_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE + "detector: {conf: 0.1, imgsz: 320, every: 2}\n")
    environment = PASSWORD | {"MASKWATCH_DETECTOR__CONF": "0.2", "MASKWATCH_DETECTOR__IMGSZ": "640"}
    flags = {"detector.conf": 0.3, "detector.model": None, "preview.enabled": True}
    detector = load_settings(path, (), flags, environment).detector
    assert (detector.conf, detector.imgsz, detector.every, detector.model) == (0.3, 640, 2, "small")


def test_the_environment_sets_items_of_lists_and_whole_lists(tmp_path: Path) -> None:
    settings = load(tmp_path, MASKWATCH_CAMERAS__1__URL="1", MASKWATCH_SENDERS="[{type: sound}]")
    assert settings.cameras[1].url == "1"
    assert [sender.type for sender in settings.senders] == ["sound"]


@pytest.mark.parametrize("written", ["18:30", '"18:30"', "18:30:00"])
def test_hours_are_read_alike_from_the_file_and_the_environment(tmp_path: Path, written: str) -> None:
    for settings in (
        load(tmp_path, WHOLE.replace("22:00", written)),
        load(tmp_path, MASKWATCH_RULES__0__SCHEDULES__0__START=written),
    ):
        assert settings.rules[0].schedules[0].start == time(18, 30)


@pytest.mark.parametrize("imgsz", [SMALLEST_IMGSZ, LARGEST_IMGSZ])
def test_imgsz_has_the_limits_of_the_detector(imgsz: int) -> None:
    assert load_settings(None, ["0"], {"detector.imgsz": imgsz}, {}).detector.imgsz == imgsz
    beyond = imgsz - 1 if imgsz == SMALLEST_IMGSZ else imgsz + 1
    with pytest.raises(UsageError, match=rf"detector\.imgsz: should be .* than or equal to {imgsz}"):
        load_settings(None, ["0"], {"detector.imgsz": beyond}, {})


def test_other_variables_are_ignored(tmp_path: Path) -> None:
    load(tmp_path, MASKWATCH_SHARED="/somewhere", MASKWATCHDOG="x")


def test_sources_select_cameras_of_the_file_with_their_rules_and_senders(tmp_path: Path) -> None:
    settings = load(tmp_path, WHOLE, "hall")
    assert [camera.name for camera in settings.cameras] == ["hall"]
    assert [rule.name for rule in settings.rules] == ["crowd"]
    settings = load(tmp_path, WHOLE, "door")
    assert [rule.name for rule in settings.rules] == ["no-mask"]
    assert [sender.name for sender in settings.senders] == ["webhook"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("    people: 3", "    peple: 3", "watch.yaml, line 16: rules[1].peple is not a setting; did you mean people?"),
        ("rules:", "rulez:", "watch.yaml, line 10: rulez is not a setting; did you mean rules?"),
        (
            "secret: {env: HOOK_SECRET}",
            "sekret: {env: X}",
            "watch.yaml, line 21: senders[0].sekret is not a setting; did you mean secret?",
        ),
        (
            "timezone: Europe/Berlin",
            "zeitzone: UTC",
            "watch.yaml, line 14: rules[0].schedules[0].zeitzone is not a setting; did you mean timezone?",
        ),
        ("    people: 3", "    xyzzy: 3", "rules[1].xyzzy is not a setting; known: name, states, seconds, people"),
        ("type: webhook", "type: webhok", "line 19: senders[0].type: there is no sender webhok; did you mean webhook?"),
        ("  - type: webhook\n    url", "  - url", "senders[0].type is missing; add it: webhook, mqtt"),
        ("    people: 3", "    people: 0", "line 16: rules[1].people: should be greater than or equal to 1"),
        ("    people: 3", "    people: three", "rules[1].people: should be a valid integer"),
        *(
            (
                "start: 22:00",
                f"start: {written}",
                'schedules[0].start: write hours and minutes in quotes, such as "08:00"',
            )
            for written in ("8", "830", "0730", "1830", "1110", "08:00Z", '"08:00+01:00"', "2026-01-01 08:00", "")
        ),
        ("    people: 3", "    seconds: 1:30", "rules[1].seconds: should be a valid number"),
        ("    people: 3", "    seconds: .inf", "rules[1].seconds: should be a finite number"),
        ("    people: 3", "    states: [unmasked]", "rules[1].states[0]: should be 'with_mask', 'worn_incorrectly',"),
        ("[hall]", "[cellar]", "rule crowd: there is no camera cellar; known: door, hall"),
        ("zone: entrance", "zone: exit", "rule no-mask: no camera has a zone exit"),
        ("rules: [crowd]", "rules: [crwd]", "sender jsonl: there is no rule crwd"),
        ("name: hall", "name: door", "two cameras are named door; give each its own name"),
        ("name: hall", "name: a/b", "cameras[1].name: a name has 1 to 64 letters, digits"),
        ("[0.5, 1]]", "[0.5, 1.5]]", "cameras[0].zones[0].polygon[2][1]: should be less than or equal to 1"),
        ("[0.5, 0], [0.5, 1]]", "[0.5, 0]]", "a zone needs at least three different corners"),
        ("[0.5, 0], [0.5, 1]]", "[0.5, 0], [1, 0]]", "the corners of a zone must not lie on one line"),
        ("Europe/Berlin", "Berlin", "there is no time zone 'Berlin'; use a name such as Europe/Berlin"),
        ("{env: HOOK_SECRET}", "sesame", "secrets are not written into settings; use {env: NAME} or {file: PATH}"),
        ("{env: HOOK_SECRET}", "{env: A, file: b}", "a secret has one source"),
        ("https://example.org", "ftp://example.org", "not the address of a web server; write https://HOST/PATH"),
        ("https://example.org", "https://me:pw@example.org", "no password in the address; use a token instead"),
        ("    people: 3", "    people: 3\n    people: 4", "watch.yaml, line 17: people is set twice"),
        ("    people: 3", "    people: [3", "watch.yaml, line 17: not valid YAML"),
        ("    people: 3", "   people: 3", "not valid YAML"),
    ],
)
def test_mistakes_are_explained_with_file_and_line(tmp_path: Path, before: str, after: str, expected: str) -> None:
    assert before in WHOLE
    assert expected in complaint(tmp_path, WHOLE.replace(before, after))


def test_the_first_three_mistakes_are_listed_at_once(tmp_path: Path) -> None:
    text = complaint(tmp_path, WHOLE + "a: 1\nb: 1\nc: 1\nd: 1\n")
    assert text.count("is not a setting") == 3
    assert text.endswith("and 1 more")


def test_mistakes_in_the_environment_name_the_variable(tmp_path: Path) -> None:
    assert (
        "environment variable MASKWATCH_DETECTOR__CNF: detector.cnf is not a setting; did you mean conf?"
        in complaint(tmp_path, MASKWATCH_DETECTOR__CNF="1")
    )
    assert "environment variable MASKWATCH_CAMERAS__7__URL: there is no 7" in complaint(
        tmp_path, MASKWATCH_CAMERAS__7__URL="0"
    )
    assert "MASKWATCH_RULES: not a value in YAML" in complaint(tmp_path, MASKWATCH_RULES="[")


def test_a_variable_that_is_not_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cameras\[0\]\.url: environment variable DOOR_PASSWORD is not set"):
        load_settings(written(tmp_path), environment={})


@pytest.mark.parametrize("text", ["", "# nothing\n", "cameras: []\n", "rules: [{name: a}]\n"])
def test_without_a_camera_the_error_says_how_to_name_one(tmp_path: Path, text: str) -> None:
    assert "no camera to watch; name a SOURCE" in complaint(tmp_path, text)


@pytest.mark.parametrize(
    "text", ["- a\n- b\n", "hello", "cameras: 3", "cameras: {name: a}", "cameras: [3]", "rules: 1"]
)
def test_a_file_without_settings_is_an_error(tmp_path: Path, text: str) -> None:
    complaint(tmp_path, text)


def test_an_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_settings(tmp_path / "nowhere.yaml")
    (tmp_path / "watch.yaml").write_bytes(b"\xff\xfe\x00cameras")
    with pytest.raises(UsageError, match="not a text file in UTF-8"):
        load_settings(tmp_path / "watch.yaml")


def test_yaml_cannot_run_code(tmp_path: Path) -> None:
    assert "not valid YAML" in complaint(tmp_path, "cameras: !!python/object/apply:os.system ['echo no']\n")


def test_no_password_is_shown(tmp_path: Path) -> None:
    settings = load(tmp_path)
    for text in (repr(settings), str(settings), *describe(settings)):
        assert "opensesame" not in text
        assert "hook/sesame" not in text


def test_secrets_are_read_from_variables_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", " sesame\n")
    assert Secret(env="HOOK_SECRET").read() == "sesame"
    (tmp_path / "key").write_text("from a file\n", encoding="utf-8")
    assert Secret(file=tmp_path / "key").read() == "from a file"
    monkeypatch.setenv("HOOK_SECRET", "")
    with pytest.raises(UsageError, match="environment variable HOOK_SECRET holds no secret; set it"):
        Secret(env="HOOK_SECRET").read()
    with pytest.raises(UsageError, match="cannot be read"):
        Secret(file=tmp_path / "none").read()


def test_check_describes_the_settings_in_sentences(tmp_path: Path) -> None:
    text = "\n".join(describe(load(tmp_path)))
    assert "Rule no-mask: An incident starts when a person is without a mask for 2 s in zone entrance." in text
    assert "Active on mon, fri from 22:00 to 06:00 (Europe/Berlin). Further alerts are suppressed for 30 s." in text
    assert "Rule crowd: An incident starts when at least 3 people at once are without a mask for 2 s at hall." in text
    assert "Sender webhook: posts to example.org over HTTPS, signed (events: new, update, end, camera)." in text
    assert (
        "Sender jsonl: appends lines of JSON to events.jsonl (events: new, update, end, camera; only rule crowd)."
        in text
    )
    assert "No images of people are saved or sent." in text


def fields(group: type[Group], name: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for field, entry in group.model_fields.items():
        yield f"{name}{field}", entry
        for inner in groups_in(entry.annotation):
            yield from fields(inner, f"{name}{field}.")


def test_every_setting_is_described() -> None:
    found = dict(fields(WatchSettings))
    assert len(found) > 60
    for name, entry in found.items():
        assert entry.description, name


@pytest.mark.parametrize("values", [{"username": "u"}, {"password": {"env": "P"}}])
def test_a_broker_needs_user_and_password_together(values: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="username and password belong together"):
        load_settings(None, ["0"], {"senders": [{"type": "mqtt", "host": "h", **values}]}, {})


def test_an_unknown_preset_is_explained_without_flags_that_a_watch_does_not_have() -> None:
    with pytest.raises(UsageError, match=r"^preset rash: model .* it has balanced, strict; or give conf, 0 to 1$"):
        start.load(load_settings(None, ["0"], {"detector.preset": "rash", "detector.threads": 1}, {}))


def test_the_device_of_the_settings_runs_the_model() -> None:
    with pytest.raises(UsageError, match=r"detector\.device: no such device; take one of cpu, cuda"):
        load_settings(None, ["0"], {"detector.device": "gpu"}, {})
    settings = load_settings(None, ["0"], {"detector.device": "directml"}, {})
    if "directml" in installed_devices():
        pytest.skip("directml is installed here")
    with pytest.raises(UsageError, match="--device directml: the installed ONNX Runtime does not support it"):
        start.load(settings)
