"""The open figures as JSON."""
