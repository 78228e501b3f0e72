"""What has changed since a given version of a ruleset, and may have changed what answers mean."""

from __future__ import annotations

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import digest_of
from readiness.model.fields import key_at
from readiness.model.questionnaire import Questionnaire
from readiness.model.ruleset import Checklist
from readiness.problems import Problem, Problems


def find_drift(old: Ruleset, new: Ruleset) -> list[Problem]:
    """Return the options with other labels, and the documents that changed but not their version.

    Only documents with the same id are compared.
    """
    found = Problems()
    before = {(type(one), one.id): one for one in _documents(old)}
    for one in _documents(new):
        earlier = before.get((type(one), one.id))
        if earlier is None or earlier.version != one.version:
            continue
        if digest_of(earlier.node) != digest_of(one.node):
            at = key_at(one.node, "version")
            found.add("version-not-raised", at, id=one.id, version=one.version)
    for key, question in new.questions.items():
        asked = old.questions.get(key)
        for option, label in question.options.items():
            was = asked.options.get(option, label) if asked else label
            if was.casefold() != label.casefold():
                at = key_at(question.node, "options", option)
                hint = f"if it means something else now, give it another key than '{option}'"
                found.add("label-changed", at, hint=hint, id=key, was=was, label=label)
    return found.in_order()


def _documents(ruleset: Ruleset) -> tuple[Checklist | Questionnaire, ...]:
    return ruleset.checklist, *ruleset.questionnaires
