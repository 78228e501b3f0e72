"""What to ask next: which answers can still decide something."""
