"""Who may see what: the login, and the door in front of every page that is not for all."""
