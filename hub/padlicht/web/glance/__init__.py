"""The page "At a glance": four answers and the weeks of a year."""
