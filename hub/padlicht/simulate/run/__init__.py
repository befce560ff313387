"""One run of a simulated park: processes of hub and nodes, and the tally at its end."""
