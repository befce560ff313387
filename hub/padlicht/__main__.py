"""`python -m padlicht` is `padlicht`."""

from padlicht.cli.main import main

main()
