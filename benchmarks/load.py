"""A small load client: a fixed number of clients, each asking again as soon as its answer is complete. Standard library.

A server that closes the connection is dialled again, as a browser would.
"""

import asyncio
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Load:
    """What was seen during the measured seconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)
    # Of the last answer's body.
    size: int = 0

    @property
    def per_second(self) -> float:
        return sum(number for code, number in self.codes.items() if code < 400) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which this share of the answers came."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    @property
    def mean(self) -> float:
        return 1000 * statistics.fmean(self.latencies)


def press(port: int, path: str, *, clients: int, seconds: float, cookie: str = "", warm: float = 0.5) -> Load:
    """Asks for one page of 127.0.0.1 for `seconds`, after `warm` seconds that do not count."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/html", "Accept-Language: en"]
    if cookie:
        lines.append(f"Cookie: {cookie}")
    question = ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
    load = Load(seconds)

    async def one(begin: float, end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        while (asked := time.perf_counter()) < end:
            writer.write(question)
            code, size, stays = await answer(reader)
            done = time.perf_counter()
            if begin <= done <= end:
                load.latencies.append(done - asked)
                load.codes[code] += 1
                load.size = size
            if not stays:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 22)
        writer.close()

    async def everybody() -> None:
        begin = time.perf_counter() + warm
        await asyncio.gather(*(one(begin, begin + seconds) for _ in range(clients)))

    asyncio.run(everybody())
    return load


async def answer(reader: asyncio.StreamReader) -> tuple[int, int, bool]:
    """Reads one whole answer: its code, the size of its body, and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
    size = 0
    if fields.get("transfer-encoding", "").lower() == "chunked":
        while chunk := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            await reader.readexactly(chunk + 2)
            size += chunk
        await reader.readexactly(2)
    elif "content-length" in fields:
        size = len(await reader.readexactly(int(fields["content-length"])))
    else:
        size = len(await reader.read())
    return int(head[0].split()[1]), size, fields.get("connection", "").lower() != "close"
