"""The page that is open to everybody: a day late, rounded, of whole parks only."""
