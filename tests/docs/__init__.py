"""Documents and what they tell of, compared both ways."""
