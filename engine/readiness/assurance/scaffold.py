"""An engagement, a ruleset or a questionnaire to start from: small, with remarks, and working."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Container, Iterable, Sequence
from collections.abc import Mapping as Map
from pathlib import Path
from string import Template
from types import MappingProxyType

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.emitting import flow_text
from readiness.documents.saving import save_new
from readiness.problems.packaged import packaged

_OF_A_RULESET = ("questionnaire", "ruleset", "cases", "answers")
_WORDS_OF_YAML = frozenset({"true", "false", "null"})
_RESPONDENT = "first-respondent"

_NAMES_RULESET = "ruleset: ruleset.yaml  # lets you assess this file on its own"
_NAMES_QUESTIONNAIRE = "questionnaire: $id  # the id of the questionnaire in the same folder"
_NAMES_RESPONDENT = f"respondent: {_RESPONDENT}  # the person or department who answers"


def new_questionnaire(name: str) -> dict[str, str]:
    """A questionnaire and a sheet of answers to it, each text by the name of its file."""
    facts = _facts(name)
    head = Template(_NAMES_QUESTIONNAIRE).substitute(facts)
    return {
        "questionnaire.yaml": _fill_template("questionnaire", facts),
        "answers.yaml": _fill_template("answers", {**facts, "head": head}),
    }


def new_ruleset(name: str, parent: Ruleset | None = None) -> dict[str, str]:
    """A ruleset, its questionnaire, its cases and a sheet, each text by the name of its file.

    With a `parent`, it extends that ruleset.
    """
    if parent is not None:
        return _extending(name, parent)
    facts = {**_facts(name), "head": _NAMES_RULESET}
    return {f"{kind}.yaml": _fill_template(kind, facts) for kind in _OF_A_RULESET}


def _extending(name: str, parent: Ruleset) -> dict[str, str]:
    """The same for a ruleset that extends another one.

    A parent with questions for each of a group gets an engagement as well: a sheet alone cannot
    say who belongs to a group.
    """
    facts = {**_facts(name), **_parental_facts(parent)}
    gates = "inherited-gates" if facts["gate"] in parent.gates else "new-gates"
    facts["gates"] = _fill_template(gates, facts).rstrip()
    groups = dict.fromkeys(q.ask_each for q in parent.questions.values() if q.ask_each)
    facts["groups"] = "\n".join(f"  {_scalar(group)}: [{_RESPONDENT}]" for group in groups)
    names_questionnaire = f"{_NAMES_QUESTIONNAIRE}\n{_NAMES_RESPONDENT}"
    head = names_questionnaire if groups else _NAMES_RULESET
    facts["head"] = Template(head).substitute(facts)
    texts = {f"{kind}.yaml": _fill_template(f"extending-{kind}", facts) for kind in _OF_A_RULESET}
    if groups:
        texts["engagement.yaml"] = _fill_template("engagement", facts)
    return texts


def new_engagement(
    name: str,
    ruleset: Ruleset,
    named: str,
    groups: Map[str, Sequence[str]],
    names: Map[str, str] = MappingProxyType({}),
    *,
    title: str | None = None,
    client: str | None = None,
) -> dict[str, str]:
    """An engagement without answers, and a README for the client, by the names of their files.

    `named` is how the engagement names its ruleset, `groups` has the members of its groups, and
    `names` what some of them are called.
    """
    facts = _facts(name)
    if title is not None:
        facts |= {"title": title, "title_alone": flow_text(title)}
    asked = dict.fromkeys(one.ask_each for one in ruleset.questions.values() if one.ask_each)
    lines = [f"  {_scalar(key)}: [{', '.join(map(_scalar, groups[key]))}]" for key in groups]
    lines += [f"#   {key}: [first, second]" for key in asked if key not in groups]
    head = "groups:" if groups else "# groups:"
    called = [f"  {key}: {flow_text({'name': name})}" for key, name in names.items()]
    lines += ["respondents:", *called] if called else []
    facts |= {
        "ruleset": flow_text(named),
        "branding": "" if client is None else f"\nbranding:\n  client: {flow_text(client)}\n",
        "groups": "\n".join(["", head, *lines, ""]) if lines else "",
        "client": "" if client is None else f" for {client}",
        "ruleset_title": ruleset.title,
        "sections": " · ".join(dict.fromkeys(ruleset.section_titles.values())),
    }
    return {
        "engagement.yaml": _fill_template("new-engagement", facts),
        "README.md": Template(_read("client-readme.md")).substitute(facts),
    }


def already_there(folder: Path, names: Iterable[str]) -> list[Path]:
    """The files of these names that a folder has, a link that leads nowhere included."""
    paths = (folder / name for name in names)
    return [path for path in paths if os.path.lexists(path)]


def write_all(folder: Path, texts: Map[str, str], folders: Iterable[str] = ()) -> list[Path]:
    """Write files into a folder, which is made where it is missing: all of them or none.

    `folders` are made in it, for files to come.

    Raises `OSError` when one cannot be written, or is there already; what was made until then is
    gone again.
    """
    with contextlib.ExitStack() as undoing:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in [*reversed(missing), *(folder / name for name in folders)]:
            path.mkdir()
            undoing.callback(path.rmdir)
        for name, text in texts.items():
            save_new(folder / name, text.encode())
            undoing.callback((folder / name).unlink)
        undoing.pop_all()
    return [folder / name for name in texts]


def _fill_template(template: str, facts: Map[str, str]) -> str:
    return Template(_read(f"{template}.yaml")).substitute(facts)


def _read(name: str) -> str:
    return packaged("readiness.assurance", f"templates/{name}.template").decode()


def _facts(name: str) -> dict[str, str]:
    title = name.replace("-", " ").capitalize()
    return {"id": _scalar(name), "title": title, "title_alone": _scalar(title)}


def _parental_facts(parent: Ruleset) -> dict[str, str]:
    """What of the parent is named, and names that it does not use."""
    sections = {key.partition(".")[0] for key in (*parent.questions, *parent.values)}
    section = _free("approval", "_", sections | parent.sections.keys())
    to_add_to = (key for key in parent.gate_order if parent.gates[key].requires)
    return {
        "extends": parent.id,
        "parent": _scalar(parent.id),
        "version": parent.version,
        "questionnaires": ", ".join(_scalar(held.id) for held in parent.questionnaires),
        "inherited": next(iter(parent.checks)),
        "gate": next(to_add_to, _free("start", "-", parent.gates)),
        "section": section,
        "question": f"{section}.state",
        "check": _free("approval-given", "-", parent.checks),
        "area": _free("own-demands", "-", parent.areas),
        "source": _free("own-rules", "-", parent.sources),
    }


def _free(name: str, joint: str, taken: Container[str]) -> str:
    """The name, with a number behind it where it is taken."""
    free, number = name, 2
    while free in taken:
        free, number = f"{name}{joint}{number}", number + 1
    return free


def _scalar(text: str) -> str:
    """A text as YAML reads it back: in quotes where it would be read as something else."""
    return json.dumps(text) if text.lower() in _WORDS_OF_YAML else text
