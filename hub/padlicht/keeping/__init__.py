"""Backup and restore, check and retention: how a park's past outlives a disk."""
