"""Records of nodes: inserted once each (deduplicated), and read by node and time."""
