"""The page "Reports": documents of a park, to fill in, to keep and to hand over."""
