"""MQTT against a real Mosquitto: availability, discovery, states, and an outage of the broker."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certificates import make_certificate
from maskwatch.errors import MissingExtraError, UsageError
from maskwatch.watch.backoff import Backoff
from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import SendError
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.store import EventStore
from mqtt_broker import PROGRAM, Broker, Subscriber
from waiting import wait_for
from watched_people import event, settings

pytest.importorskip("paho.mqtt.client", reason="needs the extra: pip install 'maskwatch[watch]'")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs the program mosquitto (Debian: mosquitto)")

from maskwatch.watch.senders.mqtt import MqttSender  # noqa: E402

QUICK = Backoff(first_s=0.1, longest_s=0.5)
POLL_S = 0.5


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    folder = tmp_path / "broker"
    folder.mkdir()
    with Broker(folder) as running:
        yield running


def sender(port: int, **values: Any) -> MqttSender:
    chosen = {"type": "mqtt", "host": "127.0.0.1", "port": port, "timeout_s": 3, "client_id": "watch", **values}
    watch = settings(senders=[chosen])
    (mqtt,) = watch.senders
    return MqttSender(mqtt, watch)  # type: ignore[arg-type]


def test_events_states_and_availability(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        mqtt = sender(broker.port)
        mqtt.start()
        new, other = event(1), event(2)
        end = event(3, "end", incident=new.incident)
        mqtt.send([new, other, end, Event.of_camera("door", "live", 1.0)])
        wait_for(lambda: listener.of("maskwatch/door/status"))
        assert listener.ids[:3] == [new.id, other.id, end.id]
        assert json.loads(listener.of("maskwatch/events")[0])["kind"] == "new"
        assert listener.of("maskwatch/door/no-mask/state") == ["OFF", "ON", "ON", "ON"]  # the other incident is open
        mqtt.send([event(4, "end", incident=other.incident)])
        wait_for(lambda: listener.of("maskwatch/door/no-mask/state")[-1] == "OFF")
        assert json.loads(listener.of("maskwatch/door/no-mask/last")[-1])["kind"] == "end"
        assert listener.of("maskwatch/available") == ["online"]
        mqtt.close()
        wait_for(lambda: listener.of("maskwatch/available") == ["online", "offline"])


def test_quiet_incidents_change_the_state_without_an_event(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        mqtt = sender(broker.port)
        mqtt.start()
        quiet = event(1, quiet=True)
        assert mqtt.wants(quiet)
        mqtt.send([quiet])
        wait_for(lambda: listener.of("maskwatch/door/no-mask/state") == ["OFF", "ON"])
        mqtt.close()
        assert listener.of("maskwatch/events") == []


def test_later_subscribers_get_statesstates(broker: Broker) -> None:
    mqtt = sender(broker.port)
    mqtt.start()
    mqtt.send([event(1), Event.of_camera("door", "stalled", 1.0)])
    with Subscriber(broker.port) as listener:
        wait_for(lambda: len(listener.got) >= 6)
        states = {topic: text for topic, text, retained in listener.got if retained}
    mqtt.close()
    assert states["maskwatch/door/no-mask/state"] == "ON"
    assert states["maskwatch/door/status"] == "stalled"
    assert states["maskwatch/available"] == "online"
    assert "maskwatch/events" not in states


def test_home_assistant_discovers_a_sensor_for_each_rule_and_camera(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        mqtt = sender(broker.port)
        mqtt.start()
        wait_for(lambda: listener.of("maskwatch/available"))
        mqtt.close()
    configs = {topic: json.loads(text) for topic, text, _ in listener.got if topic.endswith("/config")}
    assert set(configs) == {
        "homeassistant/binary_sensor/watch_door_connection/config",
        "homeassistant/binary_sensor/watch_door_no-mask/config",
    }
    rule = configs["homeassistant/binary_sensor/watch_door_no-mask/config"]
    assert rule["state_topic"] == "maskwatch/door/no-mask/state"
    assert rule["availability_topic"] == "maskwatch/available"
    assert (rule["payload_on"], rule["payload_off"], rule["unique_id"]) == ("ON", "OFF", "watch_door_no-mask")
    assert len({config["unique_id"] for config in configs.values()}) == 2
    assert len({config["device"]["identifiers"][0] for config in configs.values()}) == 1


def test_discovery_lists_only_selected_rules(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        chosen = {"type": "mqtt", "host": "127.0.0.1", "port": broker.port, "client_id": "watch", "rules": ["badly"]}
        rules = [{"name": "no-mask"}, {"name": "badly", "states": ["worn_incorrectly"]}]
        watch = settings(rules=rules, senders=[chosen])
        mqtt = MqttSender(watch.senders[0], watch)  # type: ignore[arg-type]
        mqtt.start()
        wait_for(lambda: listener.of("maskwatch/available"))
        mqtt.close()
    topics = {topic for topic, _, _ in listener.got}
    assert "homeassistant/binary_sensor/watch_door_badly/config" in topics
    assert "homeassistant/binary_sensor/watch_door_no-mask/config" not in topics
    assert listener.of("maskwatch/door/badly/state") == ["OFF"]


def test_discovery_can_be_disabled(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        mqtt = sender(broker.port, discovery=None, prefix="ward/masks")
        mqtt.start()
        wait_for(lambda: listener.of("ward/masks/available"))
        mqtt.close()
    assert {topic for topic, _, _ in listener.got} == {"ward/masks/available", "ward/masks/door/no-mask/state"}


PROGRAM_TO_KILL = """
import sys, time
sys.path.insert(0, sys.argv[2])
from maskwatch.watch.senders.mqtt import MqttSender
from watched_people import settings
watch = settings(senders=[{"type": "mqtt", "host": "127.0.0.1", "port": int(sys.argv[1])}])
sender = MqttSender(watch.senders[0], watch)
sender.start()
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_when_the_watch_is_killed_the_broker_publishes_offline(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        tests = str(Path(__file__).parents[2])
        process = subprocess.Popen([sys.executable, "-c", PROGRAM_TO_KILL, str(broker.port), tests])
        wait_for(lambda: listener.of("maskwatch/available") == ["online"], process=process)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        wait_for(lambda: listener.of("maskwatch/available") == ["online", "offline"])


def test_events_of_an_outage_arrive_afterwards(broker: Broker, tmp_path: Path) -> None:
    """The short form of ``python -m benchmarks.delivery mqtt``."""
    store = EventStore(tmp_path / "events.sqlite")
    with Subscriber(broker.port) as listener:
        outbox = Outbox(store, [sender(broker.port)], QUICK, POLL_S)
        outbox.start()
        events = [event(number) for number in range(12)]
        store.append(events[:4])
        wait_for(lambda: len(listener.ids) == 4)
        broker.stop()
        store.append(events[4:8])
        wait_for(lambda: outbox.deliveries()[0].failures >= 1)
        assert "broker 127.0.0.1" in outbox.deliveries()[0].problem
        store.append(events[8:])
        broker.start()
        wait_for(lambda: {one.id for one in events} <= set(listener.ids))
        wait_for(lambda: store.pending("mqtt") == 0)
        assert listener.of("maskwatch/available")[-1] == "online"
        assert outbox.close()
    store.close()


def test_an_unreachable_broker(tmp_path: Path) -> None:
    mqtt = sender(1)
    with pytest.raises(SendError, match=r"broker 127\.0\.0\.1:1 cannot be reached \(connection refused\)"):
        mqtt.check()
    with pytest.raises(SendError, match=r"broker 127\.0\.0\.1:1"):
        mqtt.send([event(1)])
    mqtt.close()


def test_a_refused_login_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_PASSWORD", "sesame")
    with Broker(tmp_path, settings="allow_anonymous false") as broker:
        mqtt = sender(broker.port, username="door", password={"env": "MQTT_PASSWORD"})
        with pytest.raises(SendError, match=r"refuses: .*authori[sz]ed; check username and password"):
            mqtt.check()
        mqtt.start()
        wait_for(lambda: "refuses" in mqtt._problem)
        with pytest.raises(SendError, match="refuses") as caught:
            mqtt.send([event(1)])
        assert "sesame" not in str(caught.value)
        mqtt.close()


# after an untrusted certificate, paho leaves the socket to the garbage collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_certificate_of_a_broker_is_verified(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path)
    with Broker(tmp_path, settings=f"allow_anonymous true\ncertfile {certificate}\nkeyfile {certificate}") as broker:
        with pytest.raises(SendError, match="its certificate is not trusted: self-signed certificate"):
            sender(broker.port, tls=True).check()
        gc.collect()
        trusting = sender(broker.port, tls=True, ca_file=certificate)
        trusting.check()
        trusting.start()
        trusting.send([event(1)])
        trusting.close()


def test_check_publishes_nothing(broker: Broker) -> None:
    with Subscriber(broker.port) as listener:
        assert sender(broker.port).check() == f"broker 127.0.0.1:{broker.port} answers; nothing was published"
        assert listener.got == []


def test_missing_parts_are_errors_at_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="environment variable NO_SUCH holds no secret"):
        sender(1, username="u", password={"env": "NO_SUCH"})
    with pytest.raises(UsageError, match="no certificates can be read there"):
        sender(1, tls=True, ca_file=tmp_path / "none.pem")
    monkeypatch.setitem(sys.modules, "paho.mqtt.client", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'maskwatch\[watch\]'"):
        sender(1)
