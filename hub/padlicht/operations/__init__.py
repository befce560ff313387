"""What keeps a hub watched: how it stands, whether that is well, and figures for Prometheus."""
