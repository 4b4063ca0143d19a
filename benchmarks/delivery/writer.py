"""The process that the benchmark kills: it commits five events per second and delivers them.

``python -m benchmarks.delivery.writer SETTINGS.yaml`` prints the ID and the time of each event after the store has
committed it.
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
