"""What documents say, as frozen values: questionnaires, rulesets, answers, engagements."""
