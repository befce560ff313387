"""The dashboards, each a page for one kind of question."""
