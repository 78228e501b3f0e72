"""Any changed byte and any missing part of a bundle is found from the bundle alone."""

from __future__ import annotations

import pytest

from readiness.verification.archive import is_archive
from readiness.verification.bundle import MANIFEST, RESULT
from tests.verification.project import bundled, findings, opened

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the bundle of a small engagement."""
    return bundled(tmp_path_factory.mktemp("small"))


def stretches(data: bytes) -> dict[str, range]:
    """Return where in an archive the content of each file is."""
    found = {}
    for name, content in opened(data).items():
        start = data.index(content, data.index(b"PK\x03\x04", data.index(name.encode()) - 30))
        found[name] = range(start, start + len(content))
    return found


def test_the_bundle_as_it_is(bundle: bytes) -> None:
    """An unchanged bundle has no findings."""
    assert findings(bundle) == []


@pytest.mark.parametrize("turned", [0x01, 0xFF])
def test_any_byte_changed(bundle: bytes, turned: int) -> None:
    """A change of any single byte is found, and reported with its file or else its position."""
    files = stretches(bundle)
    inside = {at: name for name, stretch in files.items() for at in stretch}
    missed = []
    for at in range(len(bundle)):
        changed = bytearray(bundle)
        changed[at] ^= turned
        found = "\n".join(findings(bytes(changed)))
        wanted = f"{inside[at]} was changed" if at in inside else f"changed at byte {at:,}, "
        if wanted not in found:
            missed.append((at, wanted, found))
    assert missed == []


def test_any_end_cut_off(bundle: bytes) -> None:
    """A truncated bundle is reported with the place where it ends, or with the missing files."""
    missed = []
    for length in range(len(bundle)):
        found = findings(bundle[:length])
        words = (f"ends at byte {length:,}", "is missing")
        is_told = any(word in one for one in found for word in words)
        if not is_told and is_archive(bundle[:length]):
            missed.append((length, found))
        assert found, length
    assert missed == []


@pytest.mark.parametrize("more", [b"\0", b"PK", b"x" * 1000])
def test_anything_at_its_end(bundle: bytes, more: bytes) -> None:
    """Bytes after the end of the archive are found."""
    (found,) = findings(bundle + more)
    number = "1 byte" if len(more) == 1 else f"{len(more):,} bytes"
    assert found == f"it has {number} too many, from byte {len(bundle):,} on"


def test_anything_in_front(bundle: bytes) -> None:
    """An archive that does not begin with its first file is refused."""
    (found,) = findings(b"#!/bin/sh\n" + bundle)
    assert found.startswith("refused: it: it does not start with a file")


def test_places_are_right(bundle: bytes) -> None:
    """The byte ranges used by these tests are those of the files."""
    files = stretches(bundle)
    assert list(files)[:2] == [MANIFEST, RESULT]
    for name, content in opened(bundle).items():
        assert bundle[files[name].start : files[name].stop] == content
