"""The page and the API: what residents, leader and technician see. It reads the ledger only."""
