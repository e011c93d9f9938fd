"""`python -m phosphene`: the command line."""

from phosphene.cli import main

if __name__ == "__main__":
    main()
