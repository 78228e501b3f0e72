"""The dependency graph as a picture: what is drawn, and how each format writes it."""
