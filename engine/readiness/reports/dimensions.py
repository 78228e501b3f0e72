"""Tables of a ruleset for data warehouses: its checks, gates and areas, and the dated checks."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from readiness.dependencies.dated import DayLink
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.csv_text import comma_separated
from readiness.documents.schemas import FORMATS
from readiness.result.document import names_of

Row = Mapping[str, Any]
TABLES = ("checks", "gates", "areas")


def dimension(ruleset: Ruleset, name: str) -> list[Row]:
    """Return one of the `TABLES`, row by row."""
    if name == "areas":
        return [{"area": key, "title": area.title} for key, area in ruleset.areas.items()]
    if name == "gates":
        return [
            {
                "gate": key,
                "title": gate.title,
                "position": number,
                "after": list(gate.after),
                "requires": list(gate.requires),
            }
            for number, (key, gate) in enumerate(ruleset.gates.items(), 1)
        ]
    return [
        {
            "check": key,
            "title": check.title,
            "area": check.area,
            "area_title": ruleset.areas[check.area].title,
            "severity": check.severity,
            "gates": list(ruleset.ranking.gates_of[key]),
            "requires": list(check.requires),
            "action": check.remedy.action,
            "owner": check.remedy.owner,
            "effort_days": check.remedy.effort_days and float(check.remedy.effort_days.likely),
        }
        for key, check in ruleset.checks.items()
    ]


def dated_document(ruleset: Ruleset, found: Mapping[str, Sequence[DayLink]]) -> dict[str, Any]:
    """Return the checks that depend on the day as JSON can hold them."""
    return {
        "format": FORMATS["dated"],
        "ruleset": names_of(ruleset.checklist),
        "checks": [
            {
                "id": key,
                "title": ruleset.checks[key].title,
                "gates": list(ruleset.ranking.gates_of[key]),
                "through": [{"kind": one.kind, "name": one.name} for one in links],
            }
            for key, links in found.items()
        ],
    }  # fmt: skip


def dated_rows(ruleset: Ruleset, found: Mapping[str, Sequence[DayLink]]) -> list[Row]:
    """Return a row for each check and each reason why it depends on the day."""
    return [
        {"check": key, "title": ruleset.checks[key].title, "kind": one.kind, "name": one.name}
        for key, links in found.items()
        for one in links
    ]


def print_dated(ruleset: Ruleset, found: Mapping[str, Sequence[DayLink]], console: Console) -> None:
    """Print the checks that depend on the day, each with the reasons."""
    number = f"{len(found)} of {len(ruleset.checks)} checks depend on the day of the assessment"
    console.print(Text(number, "bold"))
    for key, links in found.items():
        console.print(Text(f"{ruleset.checks[key].title} ") + Text(f"({key})", "cyan"))
        for one in links:
            console.print(Padding(Text(f"{one.kind}: ", "dim") + Text(one.name), (0, 0, 0, 2)))


def as_csv(rows: Sequence[Row]) -> str:
    """Return a table as comma-separated values; lists as text, separated by semicolons."""
    cells = (
        [";".join(one) if isinstance(one, list) else "" if one is None else one for one in held]
        for held in (row.values() for row in rows)
    )
    return comma_separated(rows[0] if rows else (), cells)


def as_parquet(rows: Sequence[Row]) -> bytes:
    """Return a table as a Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(list(rows)), file)
    return file.getvalue()
