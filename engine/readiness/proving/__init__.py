"""The exact analyser: which answer sheets there are under which a ruleset decides what."""
