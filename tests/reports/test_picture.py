"""The picture at the top of the README."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from rich.style import Style
from rich.text import Text

from readiness import Assessor, load_engagement
from readiness.reports.report_model import build_report
from readiness.reports.terminal.assessment import print_report
from tests.commands.running import ENGAGEMENT, ROOT
from tests.conftest import GoldenCheck

PICTURE = ROOT / "docs" / "assess.svg"
WIDTH, LINES = 100, 51

# No web fonts: the picture fetches nothing.
TEMPLATE = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <title>readiness assess, on the worked engagement of Halden Outdoor</title>
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
        font-variant-east-asian: full-width;
    }}
    .{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: sans-serif; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})"
       clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""


@pytest.mark.slow
def test_picture_shows_what_the_command_prints(golden: GoldenCheck) -> None:
    """The README's picture is the first page of the report on the worked engagement."""
    # A style keeps the codes of the first colour system that it was printed with.
    Style.parse.cache_clear()
    Style._add.cache_clear()
    engagement = load_engagement(ROOT / ENGAGEMENT)
    assessment = Assessor(engagement.ruleset).assess(engagement)
    printed = Console(
        file=io.StringIO(), force_terminal=True, width=WIDTH, color_system="truecolor",
        highlight=False, legacy_windows=False, _environ={},
    )  # fmt: skip
    print_report(build_report(assessment, path=ENGAGEMENT), printed)
    assert isinstance(printed.file, io.StringIO)
    page = "\n".join(printed.file.getvalue().splitlines()[:LINES])
    drawn = Console(
        file=io.StringIO(), record=True, force_terminal=True, width=WIDTH, legacy_windows=False,
        _environ={},
    )  # fmt: skip
    drawn.print(Text.from_ansi(page), soft_wrap=True)
    picture = drawn.export_svg(
        title=f"readiness assess {ENGAGEMENT.rsplit('/', 1)[1]}",
        code_format=TEMPLATE,
        unique_id="readiness",
    )
    golden(PICTURE, picture)
