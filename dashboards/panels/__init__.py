"""The panels, each a function named for the question it answers."""
