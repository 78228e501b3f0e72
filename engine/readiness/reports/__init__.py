"""Reports of an assessment, for people and for other programs."""
