"""The questions that dashboards ask of InfluxDB, in InfluxQL, named for what they answer. Pure."""
