"""Who may log in to the pages: accounts, their passwords and their sessions."""
