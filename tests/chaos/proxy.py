"""A TCP proxy before each broker, which can cut and slow what goes through it, in a thread of its own."""
import asyncio
import contextlib
import socket
import threading


class Proxy:
    """Forwards ports[i] to targets[i] on 127.0.0.1. cut() ends all connections and refuses new ones until mend(); slow(s) holds each
    block back for so many seconds, in both directions."""

    def __init__(self, ports, targets):
        self.routes = list(zip(ports, targets))
        self.is_cut = [False] * len(ports)
        self.delay = [0.0] * len(ports)
        self.writers = [set() for _ in ports]
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self.run, args=(ready,), daemon=True).start()
        ready.wait()

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        for number, (port, _) in enumerate(self.routes):
            serve = lambda reader, writer, number=number: self.serve(number, reader, writer)
            self.loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", port))
        ready.set()
        self.loop.run_forever()

    async def serve(self, number, reader, writer):
        if self.is_cut[number]:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.routes[number][1])
        except OSError:
            writer.transport.abort()
            return
        self.writers[number] |= {writer, far_writer}
        await asyncio.gather(self.pump(number, reader, far_writer), self.pump(number, far_reader, writer))
        self.writers[number] -= {writer, far_writer}

    async def pump(self, number, reader, writer):
        with contextlib.suppress(OSError):
            while block := await reader.read(1 << 18):
                if self.delay[number]:
                    await asyncio.sleep(self.delay[number])
                writer.write(block)
                await writer.drain()
        writer.transport.abort()

    def cut(self, number):
        self.is_cut[number] = True
        self.loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self.writers[number]])

    def mend(self, number):
        self.is_cut[number] = False

    def slow(self, number, seconds):
        self.delay[number] = seconds


def free_base(chance, count):
    """A number that makes free ports: 10 * base + 1 to count and 10 * (base + 1) + 1 to count."""
    for _ in range(100):
        base = chance.randrange(1100, 1990)  # below the ports of kafka.sh
        try:
            for port in [10 * number + i for number in (base, base + 1) for i in range(1, count + 1)]:
                with socket.socket() as trial:
                    trial.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise OSError("there are no free ports")
