"""The API: today's figures and the nodes as JSON."""
