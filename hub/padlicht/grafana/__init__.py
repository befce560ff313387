"""Dashboards and alert rules of this park, as files or in a Grafana that runs already."""
