"""The page "Technical health": what is wrong, and how every node is; and 30 days of one node."""
