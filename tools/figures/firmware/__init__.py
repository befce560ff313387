"""Measures of the node: light, counting, its memory and flash, its network."""
