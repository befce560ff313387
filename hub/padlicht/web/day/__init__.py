"""The page of a day of one lamp or counter."""
