"""Measures of the hub: intake, the way to InfluxDB, backups, kills, and the fence before it."""
