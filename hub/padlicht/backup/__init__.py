"""Backup and restore of a park, and the retention of old records."""
