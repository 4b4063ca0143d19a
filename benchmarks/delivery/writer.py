"""The part of a watch that is killed: it commits an event five times a second and delivers them.

``python -m benchmarks.delivery.writer SETTINGS.yaml`` prints the id of each event, and when it was committed, after the
store has said that it is on the disk.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import count
from pathlib import Path

from maskwatch.watch.events import Event
from maskwatch.watch.senders import make_senders
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.settings import load_settings
from maskwatch.watch.store import EventStore

EVERY_S = 0.2


def main() -> None:
    settings = load_settings(Path(sys.argv[1]))
    store = EventStore(settings.events.path)
    Outbox(store, make_senders(settings)).start()
    for number in count():
        event = Event.of_camera("door", "live", time.time(), f"number {number}")
        if store.append([event]):
            os.write(1, f"{event.id} {time.time()}\n".encode())
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
