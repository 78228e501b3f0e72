"""How reports present an engagement."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.loading.engagements import branding_of, load_engagement
from readiness.model.engagement import AS_USUAL
from readiness.problems import DocumentError

HEAD = "format: readiness/engagement/1\nid: northwind\nruleset: crm-readiness\nanswers: []\n"


def write(folder: Path, more: str = "") -> Path:
    """Return the file of an engagement."""
    file = folder / "engagement.yaml"
    file.write_text(HEAD + more)
    return file


def test_as_usual(tmp_path: Path) -> None:
    """An engagement without branding is a draft in the usual colour."""
    branding = branding_of(load_engagement(write(tmp_path)))
    assert (branding.draft, branding.colour, branding.logo_file) == (True, AS_USUAL.colour, None)


def test_files_are_in_the_folder(tmp_path: Path) -> None:
    """A logo or template that is missing, or outside the folder, is refused at its place."""
    (tmp_path.parent / "logo.png").touch()
    file = write(
        tmp_path, "branding:\n  logo: ../logo.png\n  template: firm.docx\n  draft: false\n"
    )
    with pytest.raises(DocumentError) as caught:
        branding_of(load_engagement(file))
    places = [(one.code, one.place.line) for one in caught.value.problems]
    assert places == [("no-such-branding-file", 6), ("no-such-branding-file", 7)]
    (tmp_path / "firm.docx").touch()
    write(tmp_path, "branding: {template: firm.docx, draft: false}\n")
    branding = branding_of(load_engagement(file))
    assert (branding.template_file, branding.draft) == (tmp_path / "firm.docx", False)
