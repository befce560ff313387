"""The page "Places": how long somebody was near each lamp, by day and in the dark."""
