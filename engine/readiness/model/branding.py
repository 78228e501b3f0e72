"""How reports present an engagement: for whom, by whom, with what mark."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from readiness.documents.nodes import Node, Scalar
from readiness.model.fields import child, texts_at

_TEXTS = ("client", "author", "date", "logo", "template", "colour", "classification", "language")
LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Branding:
    """How reports present an engagement.

    `logo` and `template` are files from `folder`, that of the engagement: a picture, and a Word
    document whose styles are used. `colour` is that of headings as #rrggbb, `language` that in
    which dates are written, as a BCP 47 tag. Reports are marked as drafts as long as `draft` holds.
    """

    client: str = ""
    author: str = ""
    date: str = ""
    logo: str = ""
    template: str = ""
    colour: str = "#004a7f"
    classification: str = ""
    language: str = "en-GB"
    draft: bool = True
    folder: Path = field(default_factory=Path)

    @property
    def marks(self) -> tuple[str, ...]:
        """Return what the reader should know first: for whom, by whom, then `notice`."""
        told = (self.client, f"by {self.author}" if self.author else "")
        return (*filter(None, told), *self.notice)

    @property
    def notice(self) -> tuple[str, ...]:
        """Return what stands on every page: the classification, and that it is a draft."""
        return tuple(filter(None, (self.classification, "Draft" if self.draft else "")))

    @property
    def logo_file(self) -> Path | None:
        """Return the picture, None without one."""
        return self.folder / self.logo if self.logo else None

    @property
    def template_file(self) -> Path | None:
        """Return the Word document whose styles are used, None without one."""
        return self.folder / self.template if self.template else None


AS_USUAL = Branding()


def read_branding(root: Node) -> Branding:
    """Return how an engagement is presented, which may be as usual."""
    node = child(root, "branding")
    named = texts_at(node, *_TEXTS)
    stated = {key: value for key, value in named.items() if value}
    draft = child(node, "draft")
    return Branding(
        **stated,
        draft=not isinstance(draft, Scalar) or draft.value is not False,
        folder=Path(root.source.name).parent,
    )
