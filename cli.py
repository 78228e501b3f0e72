#!/usr/bin/env python3
"""The launcher for a checkout: `python cli.py assess …` is the installed command `readiness`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "engine"))

from readiness.commands import main

if __name__ == "__main__":
    main()
