"""The page "Use": every hour of the week, by light, over a chosen period."""
