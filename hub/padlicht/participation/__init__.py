"""People's own words: the sheet of eight, walks and observations, kept apart from the ledger."""
