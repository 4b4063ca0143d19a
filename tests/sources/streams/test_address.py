from __future__ import annotations

import string
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from maskwatch.errors import SourceError
from maskwatch.sources.streams.address import is_address, parse, redact, shown

UNRESERVED = string.ascii_letters + string.digits + "-._~!$&'()*+,;="
SECRET = st.text(UNRESERVED, min_size=6, max_size=20).filter(lambda text: text not in "rtsp://***@camera.example:554")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rtsp://192.168.1.20/stream1", "rtsp://192.168.1.20/stream1"),
        ("RTSP://admin:geheim@Door.local:8554/h264Preview_01_main", "rtsp://***@door.local:8554/h264Preview_01_main"),
        ("rtsp://admin@[fe80::1]:554/Streaming/Channels/101", "rtsp://***@[fe80::1]:554/Streaming/Channels/101"),
        ("http://cam/video.mjpg?user=a&pwd=b&channel=1", "http://cam/video.mjpg?user=***&pwd=***&channel=1"),
        ("http://cam/video?token=ab/cd&channel=secretsecret", "http://cam/video?token=***&channel=***"),
        ("http://cam/live?s3cr3tt0k3n", "http://cam/live?***"),
        ("rtsps://nvr:7441/aB3dE5fG7hI9jK1l?enableSrtp", "rtsps://nvr:7441/***?***"),
        ("rtsp://cam/user=admin_password=tlJwpbo6_channel=1_stream=0.sdp", "rtsp://cam/***"),
        ("http://cam/axis-cgi/mjpg/video.cgi#part", "http://cam/axis-cgi/mjpg/video.cgi"),
        ("rtsp://admin:pa/ss@host/1", "rtsp://***"),
        ("rtsp://admin:12?34@host/1", "rtsp://***"),
        ("rtsp://admin:12#34@host/1", "rtsp://***"),
        ("rtsp://admin:12/34@host/1", "rtsp://***"),
        ("clip.mp4", "clip.mp4"),
    ],
)
def test_what_is_shown_of_an_address(text: str, expected: str) -> None:
    assert shown(text) == expected
    assert redact(f"opening {text} failed") == f"opening {expected} failed"


@settings(max_examples=60, deadline=None)
@given(user=SECRET, password=SECRET, token=SECRET)
@example(user="admin1", password="p@ss", token="a/b?c&d")
def test_no_secret_is_ever_shown(user: str, password: str, token: str) -> None:
    login = f"{quote(user, safe=UNRESERVED)}:{quote(password, safe=UNRESERVED)}"
    address = parse(f"rtsp://{login}@camera.example:554/live?auth={quote(token, safe='')}")
    assert (address.scheme, address.host, address.port) == ("rtsp", "camera.example", 554)
    for text in (str(address), repr(address), f"{address}", redact(f"x {address.secret} y")):
        assert "camera.example" in text
        for secret in (user, password, quote(password, safe=UNRESERVED), token, quote(token, safe="")):
            assert secret not in text


@settings(max_examples=60, deadline=None)
@given(password=st.text(string.printable, min_size=6, max_size=12).filter(lambda text: not text.isspace()))
def test_a_password_with_signs_that_break_the_address_is_not_shown_either(password: str) -> None:
    text = f"rtsp://admin:{password}@camera.example/live"
    visible = shown(text)
    try:
        visible += str(parse(text))
    except SourceError as error:
        visible += str(error)
    assert f":{password}@" not in visible
    assert password not in visible


@pytest.mark.parametrize("text", ["rtsp://h/1", "http://h", "x+y://z", "file:///etc/passwd"])
def test_addresses_are_recognised(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", ["a.mp4", "/dev/video0", "0", "concat:a.ts", "C:\\clip.mp4", "lavfi", ""])
def test_paths_are_no_addresses(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file:///etc/passwd", r"file addresses are not supported; give the path alone"),
        ("rtmp://u:p@host/live", r"rtmp://\*\*\*@host/live: rtmp addresses are not supported; use rtsp://"),
        ("concat://a|b", "concat addresses are not supported"),
        ("rtsp://", "no host in the address"),
        ("rtsp:///path", "no host in the address"),
        ("rtsp://admin:pa/ss@host/1", "in user, password and path / as %2F"),
        ("rtsp://host:port/1", "no host in the address"),
        ("http://host/a b", "cannot contain spaces"),
        ("http://host/a\nb", "cannot contain spaces"),
    ],
)
def test_addresses_that_are_refused(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as error:
        parse(text)
    assert "\n" not in str(error.value)
