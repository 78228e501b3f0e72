"""The quality of rulesets and engagements: what is allowed, and yet hardly meant."""
