"""The page "Settings": the history of wanted settings."""
