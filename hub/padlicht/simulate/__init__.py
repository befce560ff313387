"""A park to try things on: invented walkers, real firmware, real broker, real hub."""
