"""From the broker into the ledger."""
