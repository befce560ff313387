"""Shared by pages: how a park is, by one set of rules: what is wrong, and what is to be set up."""
