"""What people type about people's own words: rounds of the sheet of eight."""
