"""How counters watched: what of their days counts, and what may stand side by side."""
