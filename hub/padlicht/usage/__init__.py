"""Usage of the path: hours, days and their coverage, comparisons, open figures, light windows."""
