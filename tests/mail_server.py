"""A local mail server that accepts everything (the part of SMTP that senders use)."""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Self


class MailServer:
    """A context manager; ``got`` holds the received messages."""

    def __init__(self) -> None:
        self.got = got = list[str]()

        class Conversation(socketserver.StreamRequestHandler):
            def say(self, text: str) -> None:
                self.wfile.write(f"{text}\r\n".encode())

            def message(self) -> str:
                lines = iter(lambda: self.rfile.readline().decode().rstrip("\r\n"), ".")
                return "\n".join(lines)

            def handle(self) -> None:
                self.say("220 here")
                for line in self.rfile:
                    match line.split()[0].upper():
                        case b"DATA":
                            self.say("354 go on")
                            got.append(self.message())
                            self.say("250 taken")
                        case b"QUIT":
                            self.say("221 good bye")
                            return
                        case _:
                            self.say("250 well")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
