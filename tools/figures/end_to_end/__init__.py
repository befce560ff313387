"""Measures of all of it together: a new machine, the demo park, a simulated year."""
