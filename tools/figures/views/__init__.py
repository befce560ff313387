"""Measures of what people see: pages and dashboards on a year of a big park, accessibility."""
