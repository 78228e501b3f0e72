"""`python -m readiness` is the command `readiness`."""

from readiness.commands import main

if __name__ == "__main__":
    main()
