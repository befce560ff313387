"""How the path is used: totals with their coverage. Pure: no I/O, no clock."""
