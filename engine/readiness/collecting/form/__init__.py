"""What a form asks and what was filled in, whatever kind of file the form is."""
