"""The registry of senders: built-in ones, and those of other packages through entry points."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from clips import Clip, grey_steps, write_clip
from maskwatch.errors import UsageError
from maskwatch.watch.check import check_senders
from maskwatch.watch.senders import SENDERS, make_senders, sender_names
from maskwatch.watch.senders.plugins import find_plugins
from maskwatch.watch.settings import WatchSettings, describe, load_settings
from watched_people import event, settings

PAGE = Path(__file__).parents[3] / "CONTRIBUTING.md"


def example() -> str:
    """The code in CONTRIBUTING that shows how to add a sender, called notebook."""
    blocks = PAGE.read_text(encoding="utf-8").split("```python\n")
    return next(block for block in blocks if "class NotebookSender" in block).split("```")[0]


PLUGIN = example()
Install = Callable[..., Path]


def test_senders_are_made_in_the_order_of_the_settings(tmp_path: Path) -> None:
    chosen = [
        {"type": "jsonl", "path": str(tmp_path / "a.jsonl"), "name": "first"},
        {"type": "webhook", "url": "http://127.0.0.1/"},
    ]
    assert [sender.name for sender in make_senders(settings(senders=chosen))] == ["first", "webhook"]
    assert make_senders(settings()) == []


def test_by_default_sound_and_apprise_only_report_the_start_of_incidents() -> None:
    chosen = settings(senders=[{"type": "sound"}, {"type": "apprise", "url": {"env": "X"}}]).senders
    assert [sender.kinds for sender in chosen] == [["new"], ["new"]]


def test_the_registry_imports_no_package_that_only_one_sender_needs() -> None:
    code = (
        "import sys, maskwatch.watch.settings; print(*(m for m in ('paho', 'apprise', 'requests') if m in sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.split() == []


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with one module and one entry point into a folder on the path, as pip would."""
    modules = []

    def installed(package: str, code: str = PLUGIN, name: str = "notebook", record: str = "SENDER") -> Path:
        site = tmp_path / "site"
        info = site / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[maskwatch.senders]\n{name} = {package}:{record}\n")
        (site / f"{package}.py").write_text(code)
        monkeypatch.syspath_prepend(site)
        find_plugins.cache_clear()
        modules.append(package)
        return site

    yield installed
    find_plugins.cache_clear()
    for package in modules:
        sys.modules.pop(package, None)


def watch_file(folder: Path, *senders: str, source: str = "0") -> Path:
    listed = "".join(f"  - {sender}\n" for sender in senders)
    path = folder / "watch.yaml"
    path.write_text(f"cameras: [{{name: door, url: '{source}'}}]\nsenders:\n{listed}")
    return path


def load(folder: Path, *senders: str) -> WatchSettings:
    return load_settings(watch_file(folder, *senders), environment={})


def complaint(folder: Path, *senders: str) -> str:
    with pytest.raises(UsageError) as caught:
        load(folder, *senders)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{folder}/", "")


def test_a_sender_of_another_package_works_like_a_built_in_one(install: Install, tmp_path: Path) -> None:
    install("watch_notebook")
    path = tmp_path / "notes.txt"
    chosen = load(tmp_path, f"{{type: notebook, path: {path}, kinds: [new]}}", "{type: jsonl, path: events.jsonl}")
    assert isinstance(chosen, WatchSettings)
    assert f"Sender notebook: writes sentences into {path} (events: new)." in describe(chosen)
    notebook, jsonl = make_senders(chosen)
    assert (notebook.name, notebook.batch, jsonl.name) == ("notebook", 10, "jsonl")
    assert notebook.wants(event(1))
    assert not notebook.wants(event(2, "end"))
    notebook.send([event(1)])
    assert path.read_text() == "1 person without a mask at door (no-mask)\n"


def test_the_command_line_checks_and_runs_it(install: Install, tmp_path: Path) -> None:
    site = install("watch_notebook")
    video = write_clip(tmp_path / "door.mp4", grey_steps(4), Clip(rate=Fraction(10)))
    config = watch_file(tmp_path, "{type: notebook, path: notes.txt, kinds: [camera]}", source=str(video))
    command = [sys.executable, "-m", "maskwatch", "watch", "--config", str(config), "--imgsz", "256", "--threads", "1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}

    def run(*arguments: str) -> str:
        done = subprocess.run([*command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    found = json.loads(run("--check", "--json"))
    assert "Sender notebook: writes sentences into notes.txt (events: camera)." in found["settings"]
    assert {"well": True, "text": "Sender notebook: notes.txt is the notebook"} in found["found"]
    assert not (tmp_path / "notes.txt").exists()
    run()
    notes = (tmp_path / "notes.txt").read_text().splitlines()
    assert notes[:2] == ["Camera door is connecting", "Camera door is live"]


def test_its_settings_are_explained_like_all_others(install: Install, tmp_path: Path) -> None:
    install("watch_notebook")
    assert complaint(tmp_path, "{type: notebook, pth: a}").startswith(
        "watch.yaml, line 3: senders[0].path is missing; add it; watch.yaml, line 3: senders[0].pth is not a setting; "
        "did you mean path?"
    )
    assert complaint(tmp_path, "{type: notbook}").endswith("there is no sender notbook; did you mean notebook?")
    assert complaint(tmp_path, "{name: a}").endswith("add it: webhook, mqtt, apprise, sound, jsonl, notebook")
    assert complaint(tmp_path, "{type: notebook, path: a, rules: [b]}").endswith("there is no rule b; known: no-mask")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import no_such_module", "cannot be loaded (ModuleNotFoundError: No module named 'no_such_module')"),
        ("1 / 0", "cannot be loaded (ZeroDivisionError: division by zero)"),
        ("", "cannot be loaded (AttributeError: module 'broken' has no attribute 'SENDER')"),
        ("SENDER = 3", "is broken (broken:SENDER is not a SenderType)"),
        (
            "from maskwatch.watch.senders import SenderType\nSENDER = SenderType(dict, None, None)",
            "is broken (its settings are not derived from SenderSettings)",
        ),
        (
            PLUGIN.replace('Literal["notebook"]', "str"),
            'is broken (the type of its settings is not Literal["notebook"])',
        ),
    ],
)
def test_a_broken_plugin_is_one_clear_error(install: Install, tmp_path: Path, code: str, problem: str) -> None:
    install("broken", code)
    assert complaint(tmp_path, "{type: sound}", "{type: notebook, path: a}") == (
        f"watch.yaml, line 4: sender notebook of broken 1.0 {problem}; update or uninstall the package"
    )


def test_a_plugin_that_fails_later_is_one_clear_error(install: Install, tmp_path: Path) -> None:
    install("broken", PLUGIN.replace("self._path = settings.path", "1 / 0"))
    chosen = load(tmp_path, "{type: notebook, path: a}")
    with pytest.raises(
        UsageError, match=r"^sender notebook of broken 1\.0 failed unexpectedly \(ZeroDivisionError\); "
    ):
        make_senders(chosen)


def test_a_failing_check_does_not_hide_the_others(install: Install, tmp_path: Path) -> None:
    install("broken", PLUGIN.replace('return f"{self._path} is the notebook"', "1 / 0"))
    notebook, jsonl = check_senders(load(tmp_path, "{type: notebook, path: a}", f"{{type: jsonl, path: {tmp_path}/b}}"))
    assert (notebook.well, notebook.text) == (False, "Sender notebook: failed unexpectedly (ZeroDivisionError)")
    assert jsonl.well


def test_an_unused_broken_plugin_has_no_effect(install: Install, tmp_path: Path) -> None:
    install("broken", "1 / 0")
    install("watch_notebook", PLUGIN.replace("notebook", "diary"), name="diary")
    chosen = load(tmp_path, "{type: jsonl, path: a}", "{type: diary, path: b}")
    assert [sender.name for sender in make_senders(chosen)] == ["jsonl", "diary"]


def test_two_packages_with_a_sender_of_one_name_are_an_error(install: Install, tmp_path: Path) -> None:
    install("watch_notebook")
    install("other_notebook")
    expected = (
        "several packages provide the sender notebook (other_notebook 1.0, watch_notebook 1.0); uninstall all but"
    )
    assert expected in complaint(tmp_path, "{type: notebook, path: a}")


def test_a_plugin_cannot_take_the_name_of_a_built_in_sender(
    install: Install, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    install("impostor", PLUGIN.replace("notebook", "jsonl"), name="jsonl")
    (sender,) = load(tmp_path, "{type: jsonl, path: a}").senders
    assert type(sender) is SENDERS["jsonl"].settings
    assert sender_names() == list(SENDERS)
    assert caplog.messages == ["sender type jsonl of impostor 1.0 is ignored: the name is built in"]
    assert "impostor" not in sys.modules
