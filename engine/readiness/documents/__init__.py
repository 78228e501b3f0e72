"""From files to checked trees of values."""
