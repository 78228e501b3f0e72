"""The report as a Word document, in the styles of a template that a firm may make its own."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.image.exceptions import UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

from readiness.documents.opening import read_bytes
from readiness.documents.sanitize import clean_text
from readiness.reports.readers.blocks import Block, Run, Runs
from readiness.reports.readers.paper import BrandingRefusedError, Printable

_INDENT = 360  # twentieths of a point, to the right for each depth of a list
_PAGE_WIDTH = 9_000  # twentieths of a point between the margins
_SMALL = '<w:sz w:val="17"/>'  # the texts in tables, in half points
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # what a ZIP file can state at the earliest
_FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r>'
    '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
)


def docx_report(paper: Printable) -> bytes:
    """Return the report as a Word document; the same input gives the same bytes.

    Text goes into the styles Title, Subtitle, Heading 1 and 2, List Bullet and Table Grid of the
    template of the engagement, otherwise of a plain one. Raises `BrandingRefusedError` for a
    template or a logo that cannot be used.
    """
    template = paper.branding.template_file
    document = _open(template) if template else _plain_document()
    moment = datetime.combine(paper.as_of, time(), UTC)
    about = document.core_properties
    about.title, about.author = clean_text(paper.title), clean_text(paper.branding.author)
    about.created = about.modified = moment.replace(tzinfo=None)
    about.last_modified_by, about.comments, about.language = "", "", "en-GB"
    _put_head(document, paper)
    body, held = _Body(document), document.element.body
    end = len(held) - (held.sectPr is not None)  # looked up once: the library searches all children
    held[end:end] = [parse_xml(xml) for block in paper.blocks for xml in body.write(block)]
    document.add_paragraph(clean_text(paper.scope))
    return _pack(document)


def _open(template: Path) -> WordDocument:
    try:
        return Document(io.BytesIO(read_bytes(template)))
    except (ValueError, KeyError, PackageNotFoundError, zipfile.BadZipFile) as fault:
        raise BrandingRefusedError(template, "this is not a Word document") from fault


def _plain_document() -> WordDocument:
    """Return an empty document of A4 pages, in the styles of the library."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(16)
    section.header_distance = Mm(8)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(9)
    normal.paragraph_format.space_after = Pt(3)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(10)
    return document


def _put_head(document: WordDocument, paper: Printable) -> None:
    """Put title, logo and marks at the top, and the marks and page numbers on each page."""
    logo = paper.branding.logo_file
    if logo and logo.suffix.lower() != ".svg":  # which python-docx cannot put into a document
        try:
            document.add_picture(io.BytesIO(read_bytes(logo)), height=Mm(14))
        except (UnrecognizedImageError, ValueError, KeyError, struct.error) as fault:
            raise BrandingRefusedError(logo, "this picture cannot be shown") from fault
    styles = {style.name for style in document.styles}
    for text, style in ((paper.title, "Title"), (paper.subtitle, "Subtitle")):
        document.add_paragraph(clean_text(text), style=style if style in styles else None)
    marks, notice = paper.branding.marks, paper.branding.notice
    section = document.sections[0]
    if own := [mark for mark in marks if mark not in notice]:
        document.add_paragraph(clean_text(" · ".join(own)))
    if notice:
        header = section.header
        line = header.add_paragraph() if header.paragraphs[0].text else header.paragraphs[0]
        line.text = clean_text(" · ".join(notice))
    words = f"{_run(Run('page '))}{_FIELD.format('PAGE')}{_run(Run(' of '))}"
    footer = f"<w:p {nsdecls('w')}>{words}{_FIELD.format('NUMPAGES')}</w:p>"
    section.footer._element.append(parse_xml(footer))


class _Body:
    """Writes blocks as WordprocessingML."""

    def __init__(self, document: WordDocument) -> None:
        self._part = document.part
        self._styles = {style.name: style.style_id for style in document.styles}

    def write(self, block: Block) -> Iterator[str]:
        """Yield the elements of a block."""
        if block.kind == "table":
            yield self._table(block)
            yield self._paragraph((), "")
        elif block.kind == "heading":
            yield self._paragraph(block.runs, f"Heading {block.level - 1}")
        elif block.kind == "item":
            left = _INDENT * (block.level + 1)
            indent = f'<w:ind w:left="{left}" w:hanging="{_INDENT}"/>'
            runs = (Run(f"{block.number}.\t"), *block.runs) if block.number else block.runs
            yield self._paragraph(runs, "" if block.number else "List Bullet", indent)
        elif block.kind in ("paragraph", "code", "picture"):
            yield self._paragraph(block.runs, "")

    def _paragraph(self, runs: Runs, style: str, more: str = "", look: str = "") -> str:
        named = self._styles.get(style)
        styled = f'<w:pStyle w:val="{named}"/>' if named else ""
        words = "".join(self._linked(run, look) for run in runs)
        return f"<w:p {nsdecls('w', 'r')}><w:pPr>{styled}{more}</w:pPr>{words}</w:p>"

    def _linked(self, run: Run, look: str) -> str:
        if not run.url:
            return _run(run, look)
        target = self._part.relate_to(run.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        return f'<w:hyperlink r:id="{target}">{_run(run, look)}</w:hyperlink>'

    def _table(self, block: Block) -> str:
        whole = sum(block.widths)
        widths = [_PAGE_WIDTH * width // whole for width in block.widths]
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>"
        rows = []
        for number, row in enumerate(block.rows):
            cells = "".join(
                f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
                f"{self._paragraph(_strong(runs) if number == 0 else runs, '', look=_SMALL)}</w:tc>"
                for runs, width in zip(row, widths, strict=True)
            )
            rows.append(f"<w:tr>{'' if number else head}{cells}</w:tr>")
        style = self._styles.get("Table Grid", "TableNormal")
        about = f'<w:tblStyle w:val="{style}"/><w:tblW w:w="5000" w:type="pct"/>'
        return (
            f"<w:tbl {nsdecls('w', 'r')}><w:tblPr>{about}</w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )


def _strong(runs: Runs) -> Runs:
    return tuple(Run(run.text, strong=True, code=run.code, url=run.url) for run in runs)


def _run(run: Run, more: str = "") -> str:
    """Return a stretch of text as an element; line ends become breaks, tabs stay."""
    look = f"{'<w:b/>' if run.strong else ''}{more}"
    look = f'<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New"/>{look}' if run.code else look
    lines = [escape(clean_text(line)) for line in run.text.split("\n")]
    shown = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    shown = shown.replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    return f"<w:r><w:rPr>{look}</w:rPr>{shown}</w:r>"


def _pack(document: WordDocument) -> bytes:
    """Return the file of a document, without the time of the clock."""
    saved = io.BytesIO()
    document.save(saved)
    packed = io.BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            about = zipfile.ZipInfo(member.filename, _EARLIEST)
            about.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(about, old.read(member))
    return packed.getvalue()
