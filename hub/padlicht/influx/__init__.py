"""The ledger as InfluxDB sees it: a projection that can be lost and filled again."""
