"""The command `readiness`: turns words into calls, and nothing else."""

from readiness.commands.main import main

__all__ = ["main"]
