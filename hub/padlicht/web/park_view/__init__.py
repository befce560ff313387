"""Shared by pages that show a park: a snapshot of its nodes, its map, its state in words."""
