"""The event loop tells of a connection's end, also where its last bytes come with it."""

from __future__ import annotations

import asyncio
import socket
import struct
from time import sleep

from crawler.commands.event_loop import Loop


def test_a_reset_that_comes_with_bytes_is_heard_of() -> None:
    async def read() -> list[str]:
        """What a reader meets that reads once each time it is called, as Twisted's do."""
        heard: list[str] = []
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as here:
            there, _ = server.accept()
            here.setblocking(False)

            def ready() -> None:
                try:
                    heard.append(here.recv(3).decode())
                except ConnectionResetError:
                    heard.append("reset")
                    loop.remove_reader(here.fileno())
                    over.set()

            loop.add_reader(here.fileno(), ready)
            there.sendall(b"onetwo")
            there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            there.close()
            sleep(0.05)  # the loop is busy while they come
            await asyncio.wait_for(over.wait(), 10)
        return heard

    with asyncio.Runner(loop_factory=Loop) as runner:
        assert runner.run(read()) == ["one", "two", "reset"]
