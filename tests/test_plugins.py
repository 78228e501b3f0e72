"""What installed plug-ins add: report formats, importers, lint rules and functions."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import readiness
from readiness.plugins import using_plugins
from tests.commands.running import ENGAGEMENT, ROOT, environment_kept, run
from tests.plugin_packages import install

_CODE = """
    def mine(assessment):
        return f"{assessment.ruleset.id}: {len(assessment.blockers)} blockers\\n"

    def wrong(assessment):
        return 17

    def broken(assessment):
        raise ValueError("no such colour")
"""
_SHEET = """\
format: readiness/answers/1
questionnaire: crm-upkeep
ruleset: crm-upkeep
answers: {}
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "sheet.yaml"
    file.write_text(_SHEET, encoding="utf-8")
    return file


@pytest.fixture
def _formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = {name: name for name in ("mine", "wrong", "broken", "absent")} | {"html": "mine"}
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(install(site, "acme-formats", {"reports": points}, _CODE)))


@pytest.mark.usefixtures("_formats")
def test_a_report_format_of_a_plugin(sheet: Path, tmp_path: Path) -> None:
    """It is one of the formats: by name, by the end of the output's name, in help and `render`."""
    assessed = run("assess", str(sheet), "--format", "mine").stdout
    assert assessed.startswith("crm-upkeep: ")
    assert run("assess", str(sheet), "-o", str(tmp_path / "report.mine")).stderr == ""
    assert (tmp_path / "report.mine").read_text(encoding="utf-8") == assessed
    inquiry = readiness.load_engagement(sheet)
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    assert readiness.render(assessment, "mine").decode() == assessed
    assert "mine" in run("assess", "--help").stdout
    assert "'mine'" in run("assess", str(sheet), "--format", "other").stderr
    assert run("assess", str(sheet), "--format", "html").stdout.startswith("<!doctype html>")


@pytest.mark.usefixtures("_formats")
def test_without_plugins_its_formats_are_unknown(sheet: Path) -> None:
    """`--no-plugins` and `using_plugins(False)` leave the formats of the program."""
    done = run("assess", str(sheet), "--no-plugins", "--format", "mine")
    assert (done.status, "mine'," in done.stderr) == (2, False)
    inquiry = readiness.load_engagement(sheet)
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    with using_plugins(use=False), pytest.raises(ValueError, match="'mine' is none of"):
        readiness.render(assessment, "mine")


@pytest.mark.usefixtures("_formats")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["-f", "wrong"], "it returned a value of type 'int', not a text or bytes"),
        (["-f", "broken"], "ValueError: no such colour"),
        (["-f", "absent"], "AttributeError: module 'acme_formats' has no attribute 'absent'"),
        (["-f", "mine", "--for", "board"], "it has no report for board, only the one for auditors"),
    ],
)
def test_a_broken_report_format(sheet: Path, words: list[str], reason: str) -> None:
    """The problem names the plug-in and its version; nothing is written."""
    done = run("assess", str(sheet), *words)
    name = words[1]
    said = f"the report format '{name}' of plug-in acme-formats 1.2 cannot be used: {reason}\n"
    assert (done.status, done.stdout, done.stderr) == (2, "", said)


# ---- functions of conditions ---------------------------------------------------------------------

_FUNCTIONS = """
    from readiness.plugins import Function

    PER_HEAD = Function(
        lambda amount, heads: amount / heads if heads else None,
        {"amount": "number", "heads": "number"}, "number", "The amount for each head.",
        [((10, 4), 2.5)], rises_with=["amount"], unit="USD",
    )
    KIND = lambda: Function(lambda a: a, {"a": "cash"}, "number", "", [((1,), 1)])
    CASE = lambda: Function(lambda a: a, {"a": "number"}, "number", "", [((1,), 2)])
    FALLS = lambda: Function(
        lambda a: a, {"a": "number"}, "number", "", [((1,), 1), ((2,), 2)], falls_with=["a"]
    )
    LIMIT = lambda: Function(lambda a: a, {"a": "number"}, "number", "", [((3,), 3)], most=2)
    BOTH = lambda: Function(
        lambda a: a, {"a": "number"}, "number", "", [((1,), 1)], rises_with="a", falls_with="a"
    )

    LEAVE = lambda: Function(
        lambda a: exit(0), {"a": "number"}, "number", "", [((1,), 1)]
    )

    def __getattr__(name):
        return globals()[name.removeprefix("MAKE_")]()
"""
_BROKEN = {
    "kind": "argument a is of type 'cash', not 'truth', 'number', 'date', 'text', 'choice' or "
    "'choices'",
    "case": "for (1) it returned 1, but a case says 2",
    "falls": "it does not rise or fall as declared from (1) to (2)",
    "limit": "for (3) it returned 3, which is beyond its limits",
    "both": "it cannot both rise and fall with 'a'",
    "none": "it is not a readiness.plugins.Function",
    "gone": "ModuleNotFoundError: No module named 'acme_gone'",
    "leave": "for (1) it raised SystemExit: 0",
}
_RULES = """\
format: readiness/ruleset/1
id: shop
version: 1.0.0
title: Shop
questionnaire: shop
areas: {money: {title: Money}}
gates: {open: {title: Open, requires: [cheap]}}
checks:
  cheap: {title: It is cheap, area: money, severity: major,
    met_when: "per_head(shop.cost, shop.staff) <= 5"}
"""
_QUESTIONS = """\
format: readiness/questionnaire/1
id: shop
version: 1.0.0
title: Shop
sections:
  shop:
    title: Shop
    questions:
      cost: {ask: What does it cost?, type: money, unit: USD}
      staff: {ask: How many work there?, type: number}
"""
_ANSWERS = """\
format: readiness/answers/1
questionnaire: shop
ruleset: shop
answers: {shop.cost: 10, shop.staff: 4}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a ruleset that uses a function of a plug-in, which is installed."""
    points = {"per_head": "PER_HEAD", "none": "tuple"}
    points |= {
        name: f"MAKE_{name.upper()}" for name in ("kind", "case", "falls", "limit", "both", "leave")
    }
    site = tmp_path / "site"
    site.mkdir()
    install(site, "acme-shop", {"functions": points}, _FUNCTIONS)
    entries = site / "acme_shop-1.2.dist-info" / "entry_points.txt"
    text = entries.read_text(encoding="utf-8").replace("acme_shop:tuple", "builtins:tuple")
    entries.write_text(f"{text}\ngone = acme_gone:GONE", encoding="utf-8")
    monkeypatch.syspath_prepend(str(site))
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in (("ruleset", _RULES), ("questionnaire", _QUESTIONS), ("answers", _ANSWERS)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


MARK = [{"function": "per_head", "plugin": "acme-shop", "version": "1.2"}]
USED = "function 'per_head' of plug-in acme-shop 1.2"


def test_results_are_marked_with_the_functions_of_plugins(shop: Path) -> None:
    """JSON has them under `plugins`; reports for auditors say so; only rulesets that use one."""
    result = run("assess", "answers.yaml", "--path", ".", "--format", "json", folder=shop)
    document = json.loads(result.stdout)
    assert (result.status, document["plugins"]) == (0, MARK)
    [value] = document["checks"][0]["because"]["values"]
    assert value["value"] == 2.5
    assert readiness.Assessment.from_json(result.stdout).to_dict() == document
    for form in ("text", "html", "markdown"):
        report = run("assess", "answers.yaml", "--path", ".", "--format", form, folder=shop).stdout
        assert USED in " ".join(report.replace("&#39;", "'").replace("\\_", "_").split())
    assert "plugins" not in json.loads(run("assess", ENGAGEMENT, "--format", "json").stdout)
    assert "per_head(NUMBER, NUMBER)  a number of USD" in run("show", "functions").stdout


def test_the_independent_engine_says_that_it_cannot_rework_them(shop: Path) -> None:
    """Verifying succeeds and says so; `--engine both` is refused."""
    run("assess", "answers.yaml", "--path", ".", "-o", "result.json", folder=shop)
    words = ["verify", "result.json", "--engagement", "answers.yaml", "--path", "."]
    done = run(*words, "--format", "json", folder=shop)
    steps = {step["step"]: step for step in json.loads(done.stdout)["steps"]}
    cannot = (
        "the independent engine cannot calculate the function per_head of plug-in acme-shop 1.2"
    )
    assert (done.status, steps["native"]["outcome"], steps["durable"]["outcome"]) == (
        0, "fine", "undone",
    )  # fmt: skip
    assert cannot in steps["durable"]["text"]
    assert "per_head of plug-in acme-shop 1.2" in steps["plugins"]["text"]
    both = run("assess", "answers.yaml", "--path", ".", "--engine", "both", folder=shop)
    assert (both.status, both.stderr) == (2, f"Error: {cannot}; leave out --engine both\n")
    run("bundle", "answers.yaml", "--path", ".", "-o", "all.zip", folder=shop)
    assert run("verify", "all.zip", folder=shop).status == 0
    gone = run("verify", "all.zip", "--no-plugins", "--format", "json", folder=shop)
    assert "which is not installed; nothing is repeated" in gone.stdout
    assert gone.status == 0


def test_without_plugins_their_functions_are_unknown(shop: Path) -> None:
    """`--no-plugins` and `plugins=False` refuse a ruleset that uses one."""
    done = run("assess", "answers.yaml", "--path", ".", "--no-plugins", folder=shop)
    assert (done.status, "unknown function 'per_head'" in done.stderr) == (2, True)
    with pytest.raises(readiness.DocumentError, match="unknown function 'per_head'"):
        readiness.load_ruleset(shop / "ruleset.yaml", plugins=False)


@pytest.mark.parametrize("name", _BROKEN)
def test_a_function_that_is_declared_wrongly(shop: Path, name: str) -> None:
    """The ruleset that uses it is refused at its place; others are not affected."""
    text = _RULES.replace("per_head(shop.cost, shop.staff)", f"{name}(shop.cost)")
    (shop / "ruleset.yaml").write_text(text, encoding="utf-8")
    done = run("assess", "answers.yaml", "--path", ".", folder=shop)
    said = f"the function '{name}' of plug-in acme-shop 1.2 cannot be used: {_BROKEN[name]}"
    assert done.status == 2
    assert done.stderr.startswith(f"ruleset.yaml:10:16: {said}\n")


def test_wrong_arguments_of_a_function(shop: Path) -> None:
    """They are refused as those of our own functions."""
    text = _RULES.replace("shop.cost, shop.staff", "shop.cost")
    (shop / "ruleset.yaml").write_text(text, encoding="utf-8")
    done = run("assess", "answers.yaml", "--path", ".", folder=shop)
    assert "wrong arguments for per_head()" in done.stderr
    assert "use per_head(NUMBER, NUMBER)" in done.stderr


# ---- importers and lint rules --------------------------------------------------------------------

_OTHERS = """
    import tomllib
    from readiness.plugins import Finding

    def toml(data):
        return tomllib.loads(data.decode())

    def listed(data):
        return [data]

    def titles(ruleset):
        for check in ruleset.checks.values():
            if len(check.title) < 20:
                path = ("checks", check.id, "title")
                yield Finding("short-title", f"'{check.title}' is short", path, "say more")

    def stuck(ruleset):
        yield 1

    def raises(ruleset):
        return {}[ruleset.id]
"""


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a ruleset; a package adds importers and lint rules."""
    site = tmp_path / "site"
    site.mkdir()
    importers = {"toml": "toml", "lst": "listed"}
    lint = {"titles": "titles", "stuck": "stuck", "raises": "raises"}
    install(site, "acme-others", {"importers": importers, "lint": lint}, _OTHERS)
    monkeypatch.syspath_prepend(str(site))
    folder = tmp_path / "shop"
    folder.mkdir()
    rules = _RULES.replace("per_head(shop.cost, shop.staff)", "shop.cost / shop.staff")
    engagement = "format: readiness/engagement/1\nid: spring\ntitle: Spring\nruleset: shop\n"
    for name, text in (
        ("ruleset.yaml", rules),
        ("questionnaire.yaml", _QUESTIONS),
        ("answers.toml", 'questionnaire = "shop"\nruleset = "shop"\n[answers]\n"shop.cost" = 10\n'),
        ("engagement.yaml", f"{engagement}answers: ['*.toml']\nas_of: 2026-11-21\n"),
        ("answers.lst", "one\ntwo\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_an_importer_of_a_plugin(others: Path) -> None:
    """Its answers are assessed alone and in an engagement; wrong ones are reported."""
    for path in ("answers.toml", "engagement.yaml"):
        done = run("assess", path, "--path", ".", "--format", "json", folder=others)
        document = json.loads(done.stdout)
        assert document["answers"][0]["file"] == "answers.toml"
        assert [one["value"] for one in document["responses"]] == [10]
    for text, said in (
        (
            '[answers]\n"shop.cost" = "ten"',
            "answers.toml: 'shop.cost' takes an amount of money, not 'ten'",
        ),
        ('[answers]\n"shop.coat" = 1', "answers.toml: there is no question 'shop.coat'"),
        (
            "[answers",
            "the importer 'toml' of plug-in acme-others 1.2 cannot be used: TOMLDecodeError",
        ),
    ):
        (others / "answers.toml").write_text(text, encoding="utf-8")
        done = run("assess", "engagement.yaml", "--path", ".", folder=others)
        assert (done.status, said in done.stderr) == (2, True), done.stderr
    done = run("assess", "answers.lst", folder=others)
    assert "it returned a value of type 'list', not a mapping" in done.stderr
    done = run("assess", "answers.toml", "--no-plugins", "--path", ".", folder=others)
    assert (done.status, "plug-in" in done.stderr) == (2, False)


def test_lint_rules_of_a_plugin(others: Path) -> None:
    """Findings are shown like ours, their codes begin with the package; broken rules are errors."""
    done = run("lint", "ruleset.yaml", "--format", "json", folder=others)
    found = {one["code"]: one for one in json.loads(done.stdout)["findings"]}
    title = found["acme-others/short-title"]
    assert (title["message"], title["places"][0]["line"]) == ("'It is cheap' is short", 9)
    text = run("lint", "ruleset.yaml", folder=others)
    said = "the lint rule '{}' of plug-in acme-others 1.2 cannot be used: {}"
    assert said.format("stuck", "it returned a value of type 'int', not a Finding") in text.stdout
    assert said.format("raises", "KeyError: 'shop'") in text.stdout
    assert "\n2 errors, " in text.stderr
    without = run("lint", "ruleset.yaml", "--no-plugins", folder=others)
    assert (without.status, "acme" in without.stdout) == (1, False)


# ---- the worked example --------------------------------------------------------------------------

_EXAMPLE = ROOT / "docs" / "examples" / "plug-in"
_PAGE = (ROOT / "docs" / "plug-ins.md").read_text(encoding="utf-8")
_SHOWN = re.findall(r"```text\n\$ readiness (.*)\n((?:.*\n)*?)```", _PAGE)


def test_the_page_shows_the_code_of_the_example() -> None:
    """Every block of Python and TOML on the page is a part of the example project."""
    files = [(_EXAMPLE / name).read_text() for name in ("pyproject.toml", "readiness_northwind.py")]
    for block in re.findall(r"```(?:python|toml)\n(.*?)```", _PAGE, re.DOTALL):
        code = re.sub(r"(?:^(?:from|import) .*\n)+\n*", "", block, flags=re.MULTILINE).strip()
        assert any(code in text for text in files), code


@pytest.mark.slow
def test_the_example_works_when_its_wheel_is_installed(tmp_path: Path) -> None:
    """In a fresh environment, the commands of the page show what the page says."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    offline = ["--no-deps", "--no-build-isolation"]
    source = shutil.copytree(_EXAMPLE, tmp_path / "plug-in")
    subprocess.run([*pip, "wheel", *offline, "-w", str(tmp_path), str(source)], check=True)
    [wheel] = tmp_path.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=False)
    [program] = tmp_path.glob("env/*/python")
    [site] = tmp_path.glob("env/**/site-packages")
    (site / "readiness.pth").write_text("\n".join(path for path in sys.path if path))
    install_it = [*pip, "--python", str(program), "install", "--no-deps", str(wheel)]
    subprocess.run(install_it, check=True)
    assert len(_SHOWN) == 3
    for words, shown in _SHOWN:
        done = subprocess.run(
            [program, "-m", "readiness", *shlex.split(words)],
            cwd=source / "shop", env=environment_kept(), encoding="utf-8", text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        pattern = re.escape(shown).replace("…\\\n", "(?:.*\n)*")
        assert re.fullmatch(pattern, done.stdout), done.stdout
