"""A ledger of every schema that hubs ever wrote, as SQL, and how the newest one is made."""
