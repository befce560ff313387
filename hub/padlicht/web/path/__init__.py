"""The page "The path now": lamps and counters live."""
