"""Blocks of a report, read from its Markdown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readiness.reports.markdown.escaping import escape
from readiness.reports.readers.blocks import Block, Run, read_blocks


def test_every_kind_of_block() -> None:
    """Headings, paragraphs, items at their depth and number, tables and code come in order."""
    found = read_blocks(
        "# One\n\nA **strong** [word](https://example.org) and `code`.\n\n- first\n  - deeper\n\n"
        "3. third\n4. fourth\n\n| a | b |\n| --- | --- |\n| 1<br>2 | **x** |\n\n"
        "```mermaid\nflowchart LR\n```\n\n"
        "<details>\n<summary>More &lt;b&gt;</summary>\n\n</details>\n"
    )
    assert found == [
        Block("heading", (Run("One"),), 1),
        Block(
            "paragraph",
            (
                Run("A "),
                Run("strong", strong=True),
                Run(" "),
                Run("word", url="https://example.org"),
                Run(" and "),
                Run("code", code=True),
                Run("."),
            ),
        ),
        Block("item", (Run("first"),), 0),
        Block("item", (Run("deeper"),), 1),
        Block("item", (Run("third"),), 0, 3),
        Block("item", (Run("fourth"),), 0, 4),
        Block(
            "table",
            rows=(
                ((Run("a"),), (Run("b"),)),
                ((Run("1\n2"),), (Run("x", strong=True),)),
            ),
        ),
        Block("mermaid", (Run("flowchart LR\n", code=True),)),
        Block("paragraph", (Run("More <b>", strong=True),)),
    ]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1))
def test_a_text_of_a_document_stays_a_text(text: str) -> None:
    """What is escaped for Markdown comes back as it was written."""
    (block,) = read_blocks(escape(text))
    assert (block.kind, block.text) == ("paragraph", text)
