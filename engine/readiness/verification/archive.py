"""A ZIP archive with files only, whose bytes are fully determined by the files.

Files are stored uncompressed, since compressed bytes depend on the library that compresses. Times
and attributes are fixed. So the same files give the same bytes, and an archive that was read can be
built again and compared.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath

from readiness.reports.phrasing import count_noun
from readiness.verification.steps import UnusableFile

LARGEST = 512 * 2**20
MOST_FILES = 10_000

_FILE, _END = b"PK\x03\x04", b"PK\x05\x06"
_FILE_HEAD = struct.Struct("<4s5H3L2H")
_LISTED_HEAD = struct.Struct("<4s6H3L5H2L")
_END_HEAD = struct.Struct("<4s4H2LH")
_ENCRYPTED, _UTF_8 = 0x0001, 0x0800
_UNIX, _MODE = 3, (stat.S_IFREG | 0o644) << 16  # made on Unix, so that the file mode is respected

# Includes the marks that change the direction of writing.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 255  # the maximum length of one part of a path, as in file systems
_LONGEST_PATH = 2_000


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """One file of an archive; `crc` is the checksum that the archive states."""

    name: str
    content: bytes
    crc: int


Listing = tuple[ArchivedFile, ...]


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the archive of the files, in their order; raises `ValueError` if it gets too large."""
    if len(files) > MOST_FILES:
        raise ValueError(f"there are {len(files):,} files, but a bundle has at most {MOST_FILES:,}")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)  # dated 1 January 1980, the earliest date, and stored
            info.create_system, info.external_attr = _UNIX, _MODE
            archive.writestr(info, content)
            if packed.tell() > LARGEST:
                raise ValueError(f"a bundle has at most {LARGEST // 2**20} MiB")
    return packed.getvalue()


def is_archive(data: bytes) -> bool:
    """Return whether the bytes are a ZIP archive, or what is left of a damaged one."""
    return data.startswith(_FILE) or data[-_END_HEAD.size :].startswith(_END)


def listings(data: bytes) -> list[Listing]:
    """Return the files of an archive twice: in byte order, and as the directory lists them.

    An archive that was changed may have only one of the two listings left. Raises `UnusableFile`,
    with the fault, if neither is reliable.
    """
    if len(data) > LARGEST:
        raise UnusableFile(f"it is larger than {LARGEST // 2**20} MiB")
    found, reasons = [], []
    for listing in (_in_a_row, _by_directory):
        try:
            found.append(_check_names(listing(data)))
        except (_Odd, struct.error) as fault:
            reasons.append(str(fault) if isinstance(fault, _Odd) else _ends_early(data))
    if not found:
        raise UnusableFile(reasons[0] if reasons[0] == reasons[-1] else "; ".join(reasons))
    return found


def change(data: bytes, listing: Listing) -> str:
    """Return how an archive differs from the one its files would give; empty if it does not."""
    built = pack({entry.name: entry.content for entry in listing})
    if built == data:
        return ""
    at = _first_difference(data, built)
    if at == len(built):
        more = count_noun(len(data) - at, "byte")
        return f"it has {more} too many, from byte {at:,} on"
    if at == len(data):
        return f"it ends at byte {at:,}; {count_noun(len(built) - at, 'byte')} missing"
    return f"the archive itself was changed at byte {at:,}, {_place(at, listing)}"


class _Odd(Exception):
    """An archive feature that bundles never use."""


def _in_a_row(data: bytes) -> list[ArchivedFile]:
    """Return the files in byte order, starting from the first byte."""
    found: list[ArchivedFile] = []
    at = 0
    while data.startswith(_FILE, at):
        entry, at = _entry(data, at, is_listed=False)
        found.append(entry)
        if len(found) > MOST_FILES:
            raise _Odd(f"it contains more than {MOST_FILES:,} files")
    if not found:
        raise _Odd("it does not start with a file")
    return found


def _entry(data: bytes, at: int, *, is_listed: bool) -> tuple[ArchivedFile, int]:
    """Return the file whose header or directory entry is at a byte, and the position after it."""
    layout = _LISTED_HEAD if is_listed else _FILE_HEAD
    head = layout.unpack_from(data, at)
    flags, method, _, _, crc, packed, size, length, extra = head[3:12] if is_listed else head[2:]
    comment, mode, offset = (head[12], head[15], head[16]) if is_listed else (0, 0, at)
    start = at + layout.size
    try:
        name = data[start : start + length].decode()
    except UnicodeDecodeError:
        raise _Odd(f"the name of the file at byte {at:,} is not UTF-8") from None
    _refuse_packed(name, flags, method, is_plain=packed == size and not (extra or comment))
    if stat.S_ISLNK(mode >> 16):
        raise _Odd(f"{name} is a link")
    begin = offset + _FILE_HEAD.size + length
    end = begin + size
    if end > len(data):
        where = f"in the middle of {name}"
        is_odd = f"{name} is not where the directory says"
        raise _Odd(is_odd if is_listed else _ends_early(data, where))
    return ArchivedFile(name, data[begin:end], crc), start + length if is_listed else end


def _by_directory(data: bytes) -> list[ArchivedFile]:
    """Return the files as listed in the directory at the end."""
    at = len(data) - _END_HEAD.size
    if at < 0 or not data.startswith(_END, at):
        raise _Odd("it does not end like an archive")
    end = _END_HEAD.unpack_from(data, at)
    _, disk, first_disk, here, count, size, start, comment = end
    if disk or first_disk or comment or here != count or start + size != at:
        raise _Odd("the record at its end does not match the archive")
    found: list[ArchivedFile] = []
    place, total = start, 0
    while place < at:
        entry, place = _entry(data, place, is_listed=True)
        found.append(entry)
        total += len(entry.content)
        if total > at:
            raise _Odd("its files overlap")
    if place != at or len(found) != count or count > MOST_FILES:
        raise _Odd("the directory does not match the record at the end")
    return found


def _refuse_packed(name: str, flags: int, method: int, *, is_plain: bool) -> None:
    """Refuse a file that is compressed or encrypted, instead of stored."""
    if flags & _ENCRYPTED:
        raise _Odd(f"{name!r} is encrypted")
    if method:
        raise _Odd(f"{name!r} is compressed, but files in a bundle are not")
    if flags not in (0, _UTF_8) or not is_plain:
        raise _Odd(f"{name!r} is not stored as in a bundle")


def _check_names(found: Sequence[ArchivedFile]) -> Listing:
    names: set[str] = set()
    for entry in found:
        if why := why_unsafe(entry.name):
            raise _Odd(f"the name {entry.name!r} is not safe: {why}")
        if entry.name in names:
            raise _Odd(f"{entry.name!r} occurs twice")
        names.add(entry.name)
    return tuple(found)


def _ends_early(data: bytes, where: str = "in the middle of a header") -> str:
    return f"it ends at byte {len(data):,}, {where}"


def _first_difference(one: bytes, other: bytes) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _place(at: int, listing: Listing) -> str:
    """Return where in the archive a byte lies, in words, according to a listing."""
    begin = 0
    for entry in listing:
        head = begin + _FILE_HEAD.size + len(entry.name.encode())
        if at < head:
            return f"before {entry.name}"
        begin = head + len(entry.content)
        if at < begin:
            return f"in {entry.name}"
    for entry in listing:
        begin += _LISTED_HEAD.size + len(entry.name.encode())
        if at < begin:
            return f"at the directory entry of {entry.name}"
    return "in the record at its end"


def why_unsafe(name: str) -> str:
    """Return why the name of a file in a bundle is unsafe; empty if it is safe."""
    parts, path = name.split("/"), PureWindowsPath(name)
    sizes = [len(part.encode(errors="surrogatepass")) for part in parts]
    faults = {
        "it is absolute": path.drive or path.root,
        "it is not a file name": "" in parts,
        "it contains a backslash": "\\" in name,
        "it leads out of its folder": "." in parts or ".." in parts,
        "it contains control characters": _CONTROLS.search(name),
        "it is too long": len(name) > _LONGEST_PATH or max(sizes) > _LONGEST,
    }
    return next((fault for fault, is_there in faults.items() if is_there), "")
