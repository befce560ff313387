"""Padlicht: path lighting that counts without following anyone."""
