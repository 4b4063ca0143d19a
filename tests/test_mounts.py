from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mounts import mounted

KILLED = """
import os, signal, sys
from pathlib import Path
from mounts import mounted
with mounted(Path(sys.argv[1]), "size=64k"):
    Path(sys.argv[1], "inside").touch()
    print("mounted", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_mount_is_seen_in_its_block_and_by_processes_started_there(tmp_path: Path) -> None:
    before = Path.cwd()
    with mounted(tmp_path, "size=64k"):
        (tmp_path / "inside").touch()
        assert os.path.ismount(tmp_path)
        seen = subprocess.run(["ls", str(tmp_path)], capture_output=True, text=True, check=True).stdout
        assert seen == "inside\n"
    assert not os.path.ismount(tmp_path)
    assert not list(tmp_path.iterdir())
    assert Path.cwd() == before


def test_a_failed_test_leaves_no_mount(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), mounted(tmp_path, "size=64k"):
        raise ZeroDivisionError
    assert not os.path.ismount(tmp_path)


def test_a_killed_process_leaves_no_mount(tmp_path: Path) -> None:
    with mounted(tmp_path, "size=64k"):
        pass  # skips the test where nothing can be mounted
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=Path(__file__).parent, capture_output=True, text=True
    )
    assert done.stdout == "mounted\n", done.stderr
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
    assert not list(tmp_path.iterdir())
