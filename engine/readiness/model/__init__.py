"""The content of documents as frozen values: questionnaires, rulesets, answers, engagements."""
