"""Rulesets that were loaded before: as bytes, and in the user's cache folder."""

from readiness.loading.cache.places import cache_folder
from readiness.loading.cache.rulesets import ruleset_from_bytes, ruleset_to_bytes

__all__ = ["cache_folder", "ruleset_from_bytes", "ruleset_to_bytes"]
