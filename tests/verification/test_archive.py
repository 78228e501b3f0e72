"""The archive of a bundle: made only from its files, readable for everyone, refused if odd."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest

from readiness.verification import archive
from readiness.verification.archive import change, listings, pack
from readiness.verification.steps import UnusableFile

FILES = {"manifest.json": b"{}", "a/b.txt": b"text\n", "a/ü.bin": bytes(range(256)), "empty": b""}


def zipped(*names: str, content: bytes = b"x", **changed: object) -> bytes:
    """Return an archive as other programs make it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name in names:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            for key, value in changed.items():
                setattr(info, key, value)
            made.writestr(info, content)
    return target.getvalue()


def refused(data: bytes) -> str:
    """Return why an archive is refused."""
    with pytest.raises(UnusableFile) as fault:
        listings(data)
    return str(fault.value)


def test_everyone_can_read_it() -> None:
    """Other programs can read the archive: names, contents, checksums, fixed times."""
    with zipfile.ZipFile(io.BytesIO(pack(FILES))) as found:
        assert found.testzip() is None
        assert {info.filename: found.read(info) for info in found.infolist()} == FILES
        assert {info.date_time for info in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in found.infolist()} == {zipfile.ZIP_STORED}


def test_the_same_files_are_the_same_bytes() -> None:
    """Only the files determine the bytes, and what was read equals what was packed."""
    data = pack(FILES)
    assert data == pack(dict(FILES))
    for listing in listings(data):
        assert {entry.name: entry.content for entry in listing} == FILES
        assert change(data, listing) == ""


def test_it_is_what_zipfile_stores() -> None:
    """Plain files are packed byte for byte as Python's own library stores them."""
    assert pack({"a": b"x", "b": b"x"}) == zipped("a", "b", create_system=3)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "it is absolute"),
        ("C:/x", "it is absolute"),
        ("C:x", "it is absolute"),
        ("a/../../x", "it leads out of its folder"),
        ("..", "it leads out of its folder"),
        ("./x", "it leads out of its folder"),
        ("a\\..\\x", "it contains a backslash"),
        ("a/", "it is not a file name"),
        ("a//b", "it is not a file name"),
        ("a\nb", "it contains control characters"),
        ("a\u202eb", "it contains control characters"),
        ("x" * 256, "it is too long"),
        ("x/" * 1001 + "x", "it is too long"),
    ],
)
def test_names_that_are_not_safe(name: str, why: str) -> None:
    """A name that could lead outside the folder, or deceive, is refused."""
    assert (
        refused(pack({"manifest.json": b"", name: b""})) == f"the name {name!r} is not safe: {why}"
    )


def test_the_same_name_twice() -> None:
    """Two files with the same name are refused, because one would hide the other."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped("a", "a")
    assert refused(data) == "'a' occurs twice"


def test_a_link() -> None:
    """An entry that would be unpacked as a link is found."""
    data = zipped("a", external_attr=(stat.S_IFLNK | 0o777) << 16)
    (listing,) = listings(data)  # to its reader it is a file like any other
    assert change(data, listing).endswith("at the directory entry of a")


def test_compressed() -> None:
    """A compressed file is refused, which rules out bombs."""
    data = zipped("a", content=bytes(10**6), compress_type=zipfile.ZIP_DEFLATED)
    assert refused(data) == "'a' is compressed, but files in a bundle are not"


def test_encrypted() -> None:
    """A file that is marked as encrypted is refused."""
    data = bytearray(pack({"a": b"x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(data)) == "'a' is encrypted"


def test_files_that_overlap() -> None:
    """A directory that lists the same bytes many times is refused before they fill the memory."""
    data = pack({"a": bytes(1000)})
    at = data.index(b"PK\x01\x02")
    entry, end = data[at:-22], data[-22:]
    count = 50
    listed = b"".join(entry[:-1] + bytes([65 + number]) for number in range(count))
    fields = [*struct.unpack("<4s4H2LH", end)]
    fields[3] = fields[4] = count
    fields[5] = len(listed)
    broken = b"QQ" + data[2:at] + listed + struct.pack("<4s4H2LH", *fields)
    assert refused(broken) == "it does not start with a file; its files overlap"


def test_names_that_are_not_utf_8() -> None:
    """A name in an unknown encoding is refused."""
    data = pack({"ab": b""}).replace(b"ab", b"a\xff")
    assert "is not UTF-8" in refused(data)


def test_too_many_and_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of files in a bundle and its size are limited."""
    data = pack({str(number): b"xxxx" for number in range(5)})
    monkeypatch.setattr(archive, "MOST_FILES", 4)
    assert "more than 4 files" in refused(data)
    with pytest.raises(ValueError, match="at most 4"):
        pack({str(number): b"" for number in range(5)})
    monkeypatch.setattr(archive, "LARGEST", 2**20)
    assert refused(bytes(2**20 + 1)) == "it is larger than 1 MiB"
    with pytest.raises(ValueError, match="at most 1 MiB"):
        pack({"a": bytes(2**20)})


@pytest.mark.parametrize("data", [b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 26, b"PK\x05\x06" * 9])
def test_scraps(data: bytes) -> None:
    """Fragments that only look like an archive are refused."""
    assert refused(data)
