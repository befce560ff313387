"""Hours of use in the ledger: sums by node, by zone, and over days for pages."""
