"""The nodes as a fleet: who they are, how they are, what they are told."""
