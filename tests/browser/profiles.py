"""What a browser's profile on disk still tells: every file of it, also what is packed, and its lists of visits."""

import gzip
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus

MOZILLA_PACKED = b"mozLz40\0"
#: How packed parts begin -> what unpacks them; no page of ours comes near that length.
PACKED = {b"\x1f\x8b\x08": 16 + zlib.MAX_WBITS} | dict.fromkeys((b"\x78\x01", b"\x78\x9c", b"\x78\xda"), zlib.MAX_WBITS)
LONGEST_PACKED = 200_000
#: Where each browser keeps its visits and its cookies: file name -> what asks for them.
VISITS = {"History": "SELECT url, title FROM urls", "places.sqlite": "SELECT url, title FROM moz_places"}
COOKIES = {
    "Cookies": "SELECT host_key, name FROM cookies",
    "cookies.sqlite": "SELECT host, name FROM moz_cookies",
}


def found_in(profile: Path, words: list[str]) -> set[tuple[str, str]]:
    """(word, file) wherever one of the words stands in any file, in any of the ways that browsers write words."""
    looked_for = [(word, form) for word in words for form in _forms(word)]
    found = set()
    for path in files(profile):
        for text in _readings(path.read_bytes()):
            found |= {(word, path.name) for word, form in looked_for if form in text}
    return found


def files(profile: Path) -> list[Path]:
    """Every file; what the test itself wrote there is not the browser's."""
    return [path for path in sorted(profile.rglob("*")) if path.is_file() and path.name not in ("user.js", "prefs.js")]


def visits(profile: Path, host: str) -> list[tuple[str, str]]:
    """(address, title) of each page of the host in the history."""
    return [row for row in _asked(profile, VISITS) if host in row[0]]


def cookies(profile: Path, host: str) -> list[tuple[str, str]]:
    """(host, name) of each cookie that is kept, also in the notes about open tabs."""
    kept = [row for row in _asked(profile, COOKIES) if host in row[0]]
    noted = [text for path in files(profile) for text in _unpacked(path.read_bytes()) if b'"cookies":[{' in text]
    return kept + [(host, "in the notes about tabs") for text in noted if b'"host":"%s"' % host.encode() in text]


def _asked(profile: Path, questions: dict[str, str]) -> Iterator[tuple[str, str]]:
    for path in files(profile):
        if path.name in questions:
            with closing(sqlite3.connect(path)) as database:
                yield from [(str(one), str(other or "")) for one, other in database.execute(questions[path.name])]


def _forms(word: str) -> set[bytes]:
    small = word.lower()
    return {form.encode() for form in (small, quote(small).lower(), quote_plus(small).lower())}


def _readings(raw: bytes) -> Iterator[bytes]:
    """As it is and unpacked, in small letters. Without zeros both UTF-16 and UTF-8 read as the words do."""
    for text in (raw, *_unpacked(raw)):
        yield text.replace(b"\0", b"").lower()


def _unpacked(raw: bytes) -> Iterator[bytes]:
    if raw.startswith(MOZILLA_PACKED):
        yield lz4_block(raw[len(MOZILLA_PACKED) + 4 :])
    for magic, bits in PACKED.items():
        for start in _starts(raw, magic):
            yield from _tried(raw[start : start + LONGEST_PACKED], bits)


def _starts(raw: bytes, magic: bytes) -> Iterator[int]:
    at = raw.find(magic)
    while at >= 0:
        yield at
        at = raw.find(magic, at + 1)


def _tried(packed: bytes, bits: int) -> Iterator[bytes]:
    try:
        text = zlib.decompressobj(bits).decompress(packed, 4_000_000)
    except zlib.error:
        return
    if text:
        yield text


def lz4_block(packed: bytes) -> bytes:
    """One block of LZ4, unpacked: literals, then a copy of what came before, again and again."""
    out, at = bytearray(), 0
    while at < len(packed):
        token = packed[at]
        count, at = _count(packed, at + 1, token >> 4)
        out += packed[at : at + count]
        at += count
        if at >= len(packed):
            break
        back = packed[at] | packed[at + 1] << 8
        count, at = _count(packed, at + 2, token & 15)
        for _ in range(count + 4):
            out.append(out[-back])
    return bytes(out)


def _count(packed: bytes, at: int, count: int) -> tuple[int, int]:
    if count < 15:
        return count, at
    while True:
        count += packed[at]
        at += 1
        if packed[at - 1] != 255:
            return count, at


def packed_samples(word: str) -> dict[str, bytes]:
    """The word as browsers may write it, to see that it would be found."""
    plain = f"{word} ".encode() * 3
    return {
        "plain": plain,
        "upper": plain.upper(),
        "sixteen": b"\x01" + plain.decode().encode("utf-16-le"),
        "gzip": b"head" + gzip.compress(plain),
        "zlib": b"head" + zlib.compress(plain),
        "lz4": MOZILLA_PACKED + b"\0\0\0\0" + bytes([0xF0, len(plain) - 15]) + plain,
    }
