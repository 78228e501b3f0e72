"""Every way in, with damaged input: identical for the same seed.

Each way takes a seed, damages something valid, passes it in, and returns what went wrong; an empty
text if all is well.
"""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import readiness
from readiness.collecting.forms import read_form
from readiness.portfolio.files.case_files import CaseFile
from readiness.portfolio.files.case_run import CaseRun
from readiness.problems import DocumentError
from readiness.verification.recheck import verify
from readiness.verification.steps import UnusableFile
from tests.commands.running import run
from tests.odd_values import CSV_FILES, JSON_LINES_FILES, VALUES, WRITABLE_TEXTS
from tests.portfolio.bakery import AS_OF, ASSESSOR, CASE
from tests.problems.mutants import damaged
from tests.problems.mutants import documents as shipped
from tests.verification.project import again, opened

BEFORE = Path(__file__).parents[1] / "verification" / "before"
RULES = BEFORE / "rules"
Way = Callable[[int, Path], str]


def misplaced(error: DocumentError) -> str:
    """Return the first problem without a message, or with a place outside its document."""
    if not error.problems or not str(error):
        return "an error without problems"
    for problem in error.problems:
        for excerpt in problem.excerpts:
            place = excerpt.place
            if not problem.message or (
                place.line and excerpt.text and place.column > len(excerpt.text) + 1
            ):
                return f"{place} is past the end: {problem.message}"
    return ""


def _happened(hand_in: Callable[[], object]) -> str:
    """Return what goes wrong when something is passed in."""
    try:
        hand_in()
    except DocumentError as error:
        return misplaced(error)
    except Exception as fault:  # noqa: BLE001 - this is what must not be
        return f"{type(fault).__name__}: {fault}"[:300]
    return ""


# ---- documents


@cache
def _texts() -> dict[str, str]:
    files = sorted([*RULES.glob("*.yaml"), *(BEFORE / "work").rglob("*.yaml")])
    found = {str(path.relative_to(BEFORE)): path.read_text(encoding="utf-8") for path in files}
    engagement = found["work/engagement.yaml"]
    assert "ruleset: garden-own\n" in engagement
    return found


def documents(seed: int, folder: Path) -> str:
    """Pass in an engagement with its sheets, ruleset and questionnaire; assess it if it loads."""
    for name, text in damaged(_texts(), seed).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogatepass"))

    def hand_in() -> None:
        inquiry = readiness.load_engagement(
            folder / "work/engagement.yaml", paths=[folder / "rules"]
        )
        readiness.Assessor(inquiry.ruleset).assess(inquiry).to_json()

    return _happened(hand_in)


@cache
def _shipped() -> dict[str, str]:
    return shipped()


def shipped_documents(seed: int, folder: Path) -> str:
    """Pass in a shipped engagement, ruleset and questionnaire; only load them."""
    (folder / "answers").mkdir(exist_ok=True)
    for name, text in damaged(_shipped(), seed).items():
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
    return _happened(lambda: readiness.load_engagement(folder / "engagement.yaml"))


# ---- forms


@cache
def _ruleset() -> readiness.Ruleset:
    return readiness.load_ruleset("garden-own", paths=[RULES])


@cache
def _form(ending: str, folder: Path) -> bytes:
    path = folder / f"good.{ending}"
    words = ("-r", "ann", "--path", str(RULES), "-o", str(path))
    done = run("workbook", "export", str(BEFORE / "work/engagement.yaml"), *words)
    assert done.status == 0, done.stderr
    return path.read_bytes()


def _read_back(data: bytes, path: Path) -> str:
    path.write_bytes(data)

    def hand_in() -> None:
        found = read_form(path, ruleset=_ruleset())
        assert found.problems or found.as_sheet(found.answers.entries)

    return _happened(hand_in)


def csv_forms(seed: int, folder: Path) -> str:
    """Pass in a CSV form with changed lines, words and characters."""
    text = _form("csv", folder).decode("utf-8-sig")
    changed = damaged({"form.csv": text}, seed)["form.csv"]
    return _read_back(changed.encode("utf-8", "surrogatepass"), folder / "form.csv")


def workbooks(seed: int, folder: Path) -> str:
    """Pass in a workbook form with changes in its bytes or in the XML of a part."""
    chance, data = random.Random(seed), _form("xlsx", folder)
    if chance.random() < 0.3:
        return _read_back(_other_bytes(data, chance), folder / "form.xlsx")
    parts = _parts(data)
    name = chance.choice(sorted(parts))
    text = parts[name].decode("utf-8", "replace").replace("><", ">\n<")
    changed = damaged({name: text}, seed)[name].encode("utf-8", "surrogatepass")
    return _read_back(_zipped({**parts, name: changed}), folder / "form.xlsx")


@cache
def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return written.getvalue()


def _other_bytes(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to three edits; never the same bytes."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3))):
        at = chance.randrange(len(changed) + 1)
        size = chance.choice((1, 1, 2, 30, 1000))
        kind = chance.randrange(4)
        if kind == 0:
            changed[at : at + size] = chance.randbytes(size)
        elif kind == 1:
            del changed[at : at + size]
        elif kind == 2:
            changed[at:at] = changed[:size]
        else:
            del changed[at:]
    return bytes(changed) if changed != data else data + b"\0"


# ---- bundles


@cache
def _bundle() -> tuple[bytes, dict[str, bytes]]:
    data = (BEFORE / "bundle.zip").read_bytes()
    return data, opened(data)


def bundles(seed: int, folder: Path) -> str:
    """Pass in a bundle with changed bytes, which is found, or a changed text and forged digests."""
    del folder
    chance, (data, files) = random.Random(seed), _bundle()
    is_forged = chance.random() < 0.5
    if is_forged:
        name = chance.choice(sorted(set(files) - {"manifest.json", "result.json"}))
        text = damaged({name: files[name].decode()}, seed)[name]
        changed = again({**files, name: text.encode("utf-8", "surrogatepass")})
    else:
        changed = _other_bytes(data, chance)
    try:
        steps = verify(changed, "it", engines=("native",))
    except UnusableFile as fault:
        return "" if str(fault) else "refused without a reason"
    except DocumentError as error:
        return misplaced(error)
    except Exception as fault:  # noqa: BLE001 - this is what must not be
        return f"{type(fault).__name__}: {fault}"[:300]
    if not is_forged and not steps.number("found"):
        return "changed bytes were not found"
    return ""


def results(seed: int, folder: Path) -> str:
    """Pass in a JSON result with changed lines, words and characters."""
    del folder
    text = (BEFORE / "result.json").read_text(encoding="utf-8")
    changed = damaged({"result.json": text}, seed)["result.json"]
    if changed == text:
        return ""
    try:
        steps = verify(changed.encode("utf-8", "surrogatepass"), "it", engines=("native",))
    except UnusableFile as fault:
        return "" if str(fault) else "refused without a reason"
    except Exception as fault:  # noqa: BLE001 - this is what must not be
        return f"{type(fault).__name__}: {fault}"[:300]
    is_same = _plain(changed) == json.loads(text)
    return "" if steps.number("found") or is_same else "a changed result was not found"


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


# ---- tables of portfolios

_ROWS: tuple[dict[str, Any], ...] = (
    {"shop.open": True, "shop.oven": "gas", "shop.wares": ["bread", "cake"], "shop.staff": 12,
     "shop.rent": 0.1, "shop.waste": 4.5, "shop.since": "1999-12-31", "shop.motto": "Crisp"},
    {"shop.open": False, "shop.oven": "wood", "shop.wares": [], "shop.staff": 0,
     "shop.rent": -5.5, "shop.waste": 100, "shop.since": "2026-11-21", "shop.motto": "a, b"},
    {"shop.open": None, "shop.oven": None, "shop.wares": None, "shop.staff": None,
     "shop.rent": None, "shop.waste": None, "shop.since": None, "shop.motto": None},
)  # fmt: skip


def tables(seed: int, folder: Path) -> str:
    """Pass in a table of cases, as CSV or JSON Lines."""
    del folder
    chance = random.Random(seed)
    format_ = chance.choice(("csv", "jsonl"))
    odd = list((CSV_FILES if format_ == "csv" else JSON_LINES_FILES).values())
    data = chance.choice(odd) if chance.random() < 0.2 else _table(format_).encode()
    text = data[:4000].decode("utf-8", "surrogateescape")
    changed = damaged({"table": text}, seed)["table"].encode("utf-8", "surrogatepass")

    def hand_in() -> None:
        file = CaseFile("cases", io.BytesIO(changed), format_)
        run = CaseRun(ASSESSOR.bulk, [file], as_of=AS_OF)
        for _ in run.run(None):
            pass

    return _happened(hand_in)


@cache
def _table(format_: str) -> str:
    if format_ == "jsonl":
        return "".join(json.dumps(row) + "\n" for row in _ROWS)
    lines = [",".join(_ROWS[0])]
    lines += [",".join(_cell(held) for held in row.values()) for row in _ROWS]
    return "\n".join(lines) + "\n"


def _cell(held: Any) -> str:
    if held is None:
        return ""
    text = ";".join(held) if isinstance(held, list) else str(held)
    return f'"{text}"' if "," in text else text


# ---- values


def values(seed: int, folder: Path) -> str:
    """Pass in odd Python values, alone and combined, as answers to one to three questions."""
    del folder
    chance = random.Random(seed)
    asked = chance.sample(sorted(CASE["questions"]), chance.choice((1, 1, 2, 3)))
    given = {key: _value(chance, 3) for key in asked}
    if chance.random() < 0.05:
        given[chance.choice(WRITABLE_TEXTS)] = True
    return _happened(lambda: ASSESSOR.assess(given, as_of=AS_OF).to_json())


_KEYS = ("value", "unknown", "not_applicable", "note", "by", "evidence", "hours", "anna", "title")


def _value(chance: random.Random, depth: int) -> Any:
    kind = chance.random()
    if kind < 0.6 or not depth:
        return chance.choice(VALUES)
    if kind < 0.75:
        return [_value(chance, depth - 1) for _ in range(chance.choice((0, 1, 1, 2)))]
    if kind < 0.95:
        keys = chance.sample(_KEYS, chance.choice((1, 1, 2)))
        return {key: _value(chance, depth - 1) for key in keys}
    return tuple(_value(chance, depth - 1) for _ in range(2))


WAYS: Mapping[str, tuple[Way, float]] = {
    "documents": (documents, 0.9),
    "shipped documents": (shipped_documents, 0.2),
    "csv forms": (csv_forms, 0.15),
    "workbooks": (workbooks, 0.05),
    "bundles": (bundles, 0.05),
    "results": (results, 0.1),
    "tables": (tables, 0.3),
    "values": (values, 0.25),
}
"""The ways, and each one's share of READINESS_FUZZ."""
