"""Looking after the ledger file: integrity check, online copy, size, retention."""
