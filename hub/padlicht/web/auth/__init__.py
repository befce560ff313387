"""The login page, and what a login attempt is checked by."""
