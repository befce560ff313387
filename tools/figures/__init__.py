"""Measures what Padlicht claims; `make figures` runs it. It edits nothing."""
