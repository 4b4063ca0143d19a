"""File systems in memory, for tests of full and locked disks."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CLONE_FS, _CLONE_NEWNS = 0x200, 0x20000  # linux/sched.h


@contextmanager
def mounted(place: Path, options: str) -> Iterator[Path]:
    """A tmpfs at a folder while the block runs; the test is skipped where none can be mounted.

    Only this thread, and the threads and processes that it starts, see the mount: it lies in a mount namespace of its
    own. It ends with them, even when they are killed.
    """
    with _mount_namespace():
        _mount("--make-rprivate", "/")  # else the mount would be passed on to the namespace of the whole system
        _mount("-t", "tmpfs", "-o", options, "tmpfs", str(place))
        try:
            yield place
        finally:
            subprocess.run(["umount", "--lazy", str(place)], check=False)


@contextmanager
def _mount_namespace() -> Iterator[None]:
    """Put this thread into a mount namespace of its own."""
    if sys.platform != "linux":
        pytest.skip("only Linux has mount namespaces")
    libc, folder = ctypes.CDLL(None, use_errno=True), Path.cwd()
    namespace = os.open("/proc/thread-self/ns/mnt", os.O_RDONLY)
    try:
        if libc.unshare(_CLONE_NEWNS):
            pytest.skip(f"no mount namespace can be made here: {os.strerror(ctypes.get_errno())}")
        try:
            yield
        finally:
            libc.unshare(_CLONE_FS)  # threads started meanwhile share the working folder, which setns forbids
            if libc.setns(namespace, _CLONE_NEWNS):
                raise OSError(ctypes.get_errno(), "the old mount namespace cannot be entered again")
            os.chdir(folder)  # setns moves to the root folder
    finally:
        os.close(namespace)


def _mount(*arguments: str) -> None:
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
