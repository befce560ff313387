"""`python -m padlicht` is `padlicht`."""

from padlicht.cli import main

main()
