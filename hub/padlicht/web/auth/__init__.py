"""Authentication of the pages: login, sessions, the guard of every route, request checks."""
