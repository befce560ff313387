"""A park as pages show it: a snapshot of its nodes, its picture, its light in words."""
