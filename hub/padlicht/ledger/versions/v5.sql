-- Schema 5: nodes that were added by mistake can be removed.

-- Nodes that were never heard and were removed. Until `wish_cleared` the broker may still keep what
-- was wanted of them.
CREATE TABLE removed_nodes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, site TEXT NOT NULL, zone TEXT NOT NULL,
    role TEXT NOT NULL, added_utc_s INTEGER NOT NULL, removed_utc_s INTEGER NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, wish_cleared INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX removed_nodes_wished ON removed_nodes (id) WHERE NOT wish_cleared;
