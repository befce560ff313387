"""The simulated world outside: a park, who walks in it, and what radars send of them."""
