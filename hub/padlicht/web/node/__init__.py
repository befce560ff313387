"""The page of one lamp or counter, with its self-tests."""
