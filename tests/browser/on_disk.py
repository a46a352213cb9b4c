"""Looks for words in every byte of a folder: plain and UTF-16, hexadecimal and base64, gzip, zlib and LevelDB opened."""

import base64
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path


def profile_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the profile, and what is compressed in it, opened."""
    for file in sorted(folder.rglob("*")):
        if file.is_symlink() or not file.is_file():
            continue
        content = file.read_bytes()
        name = str(file.relative_to(folder))
        yield name, content
        yield from ((f"{name} (inflated)", opened) for opened in inflated(content))


def inflated(content: bytes) -> Iterator[bytes]:
    """What is packed by gzip or zlib inside a file, wherever it begins; blocks of LevelDB by their own packing."""
    for start, open_ in ((b"\x1f\x8b\x08", gzip), (b"\x78\x9c", zlib), (b"\x78\x01", zlib), (b"\x78\xda", zlib)):
        at = content.find(start)
        while at >= 0:
            window = 31 if open_ is gzip else 15
            try:
                yield zlib.decompressobj(window).decompress(content[at:], 4_000_000)
            except zlib.error:
                pass
            at = content.find(start, at + 1)
    if content[-8:] == b"\x57\xfb\x80\x8b\x24\x75\x47\xdb":
        yield from table_blocks(content)


def table_blocks(content: bytes) -> Iterator[bytes]:
    """The blocks of a LevelDB table, unpacked: its footer names the index, the index names the blocks."""

    def number(data: bytes, at: int) -> tuple[int, int]:
        shift = result = 0
        while True:
            byte = data[at]
            result |= (byte & 127) << shift
            at, shift = at + 1, shift + 7
            if byte < 128:
                return result, at

    def block(offset: int, size: int) -> bytes:
        kind, data = content[offset + size], content[offset : offset + size]
        return unsnapped(data) if kind == 1 else data

    footer = content[-48:]
    _offset, at = number(footer, 0)
    _size, at = number(footer, at)
    offset, at = number(footer, at)
    size, at = number(footer, at)
    index = block(offset, size)
    end = len(index) - 4 * (int.from_bytes(index[-4:], "little") + 1)
    at = 0
    while at < end:
        _shared, at = number(index, at)
        own, at = number(index, at)
        length, at = number(index, at)
        value = index[at + own : at + own + length]
        at += own + length
        offset, place = number(value, 0)
        size, place = number(value, place)
        yield block(offset, size)


def unsnapped(data: bytes) -> bytes:
    """Snappy's packing, opened: literals and copies of what came before."""
    out = bytearray()
    at = 0
    while data[at] & 128:
        at += 1
    at += 1
    while at < len(data):
        tag, kind = data[at], data[at] & 3
        at += 1
        if kind == 0:
            length = tag >> 2
            if length >= 60:
                extra = length - 59
                length, at = int.from_bytes(data[at : at + extra], "little"), at + extra
            out += data[at : at + length + 1]
            at += length + 1
            continue
        if kind == 1:
            length, back, at = (tag >> 2 & 7) + 4, (tag >> 5) << 8 | data[at], at + 1
        else:
            width = 2 if kind == 2 else 4
            length, back, at = (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little"), at + width
        for _count in range(length):
            out.append(out[-back])
    return bytes(out)


def shapes(word: str) -> list[bytes]:
    """How a string may lie on a disk."""
    plain = word.encode()
    coded = [base64.b64encode(b"\0" * shift + plain)[(0, 2, 3)[shift] : -4] for shift in range(3)]
    return [
        plain,
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        plain.hex().encode(),
        *(one for one in coded if len(one) > 8),
    ]


def found_in(folder: Path, words: dict[str, str]) -> dict[str, set[str]]:
    """name of a planted string -> the files in which it was found."""
    wanted = {name: shapes(word) for name, word in words.items()}
    found: dict[str, set[str]] = {}
    for file, content in profile_of(folder):
        for name, forms in wanted.items():
            if any(form in content for form in forms):
                found.setdefault(name, set()).add(file)
    return found
