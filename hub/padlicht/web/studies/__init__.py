"""Pages of studies: planned, registered, looked at week by week, and their one verdict."""
