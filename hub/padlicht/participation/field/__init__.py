"""What people saw at the path: hand counts, half-hour observations, points of evening walks."""
