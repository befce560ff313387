"""Watching over a hub: how it stands, whether that is well, and figures for Prometheus."""
