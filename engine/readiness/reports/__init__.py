"""Reports: an assessment put into words and pages for people and for other programs."""
