"""The page "Diary": what else happened, and baselines and targets that were agreed."""
