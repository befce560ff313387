"""What keeps a hub parts: how it stands, whether that is well, and figures for Prometheus."""
