"""The history of wanted settings."""
