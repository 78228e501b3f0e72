"""Rulesets of the Acme company; there is no code here."""

raise RuntimeError("a package that offers rulesets is not imported")
