"""What pages and reports tell of a study: its verdict in sentences, its dots as a chart."""
