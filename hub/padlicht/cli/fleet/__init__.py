"""`padlicht site`, `zone` and `node`: parks and nodes, one by one or as spreadsheets."""
