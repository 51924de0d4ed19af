#!/usr/bin/env python3
"""A TCP proxy before one broker that lets an answer get lost once: the first request that produces records goes through, its answer does
not; when the producer then commits offsets in its transaction, all connections end. Later ones are left alone.

forgetful_proxy.py PORT TARGET-PORT FILE: listens on 127.0.0.1; armed while FILE exists, which it removes when it is done.
"""
import asyncio
import os
import struct
import sys

PRODUCE, TXN_OFFSET_COMMIT = 0, 28
port, target, armed = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
writers = set()
state = {"muted": None}


def end_all():
    state["muted"] = None
    os.remove(armed)
    for writer in list(writers):
        writer.transport.abort()


async def requests(reader, far_writer, connection):
    while True:
        head = await reader.readexactly(4)
        body = await reader.readexactly(struct.unpack(">i", head)[0])
        api = struct.unpack(">h", body[:2])[0]
        if api == PRODUCE and state["muted"] is None and os.path.exists(armed):
            state["muted"] = connection
            print("an answer gets lost", flush=True)
        far_writer.write(head + body)
        await far_writer.drain()
        if api == TXN_OFFSET_COMMIT and state["muted"] is not None:
            await asyncio.sleep(0.5)  # so that the broker has written the records
            print("all connections end", flush=True)
            end_all()


async def answers(far_reader, writer, connection):
    while block := await far_reader.read(1 << 18):
        if state["muted"] is not connection:
            writer.write(block)
            await writer.drain()


async def serve(reader, writer):
    connection = object()
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", target)
    writers.update({writer, far_writer})
    try:
        await asyncio.gather(requests(reader, far_writer, connection), answers(far_reader, writer, connection))
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        for one in (writer, far_writer):
            one.transport.abort()
            writers.discard(one)


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


asyncio.run(main())
