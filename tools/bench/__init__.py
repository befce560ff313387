"""Compares Padlicht with other ways to do the same; `make bench` runs it. Ratios, not seconds."""
