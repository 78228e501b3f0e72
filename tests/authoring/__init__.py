"""Tests of writing rulesets: checklists, new names, and the language server."""
