"""Writing rulesets: from a checklist in a spreadsheet, by new names, and in an editor."""
