"""A day of one lamp or counter."""
