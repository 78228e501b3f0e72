"""From files and ids to rulesets and engagements ready for use."""
