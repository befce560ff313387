-- Schema 5: attributes of nodes and sites have a history, so that a count belongs to where and when
-- it was counted.

-- What anybody ever said of an attribute, in the order in which it was said: from `from_utc_s` until
-- `to_utc_s` (4611686018427387904: for ever) it was `value` (JSON). What is said later holds, where
-- two speak of the same time. `corrects`: it mends what was said wrongly, and nothing changed then.
-- A node's attributes are place (site and zone), position, role and serves; a site's tz and position.
CREATE TABLE attribute_log (
    id INTEGER PRIMARY KEY, node_id INTEGER REFERENCES nodes(id) ON DELETE CASCADE,
    site TEXT REFERENCES sites(name) ON DELETE CASCADE, attribute TEXT NOT NULL,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL, value TEXT NOT NULL,
    noted_utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    corrects INTEGER NOT NULL DEFAULT 0, CHECK ((node_id IS NULL) <> (site IS NULL))
) STRICT;
CREATE INDEX attribute_log_by_node ON attribute_log (node_id, id);
CREATE INDEX attribute_log_by_site ON attribute_log (site, id);

-- What holds of a node, and of a site, from when until when: made of attribute_log, whole stretches
-- that lie end to end from 0 to 4611686018427387904. `nodes` and `sites` have what holds now.
CREATE TABLE node_places (
    node_id INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL,
    site TEXT NOT NULL, zone TEXT NOT NULL, role TEXT NOT NULL, lat REAL, lon REAL,
    serves INTEGER NOT NULL,
    PRIMARY KEY (node_id, from_utc_s)
) STRICT, WITHOUT ROWID;
CREATE INDEX node_places_by_site ON node_places (site, zone, node_id);
CREATE TABLE site_places (
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL,
    tz TEXT NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL,
    PRIMARY KEY (site, from_utc_s)
) STRICT, WITHOUT ROWID;

-- Until now everything was as it had always been, but for retirement.
INSERT INTO attribute_log
    (node_id, attribute, from_utc_s, to_utc_s, value, noted_utc_s, who, why)
    SELECT id, attribute, from_utc_s, 4611686018427387904, value, noted_utc_s, 'padlicht', why FROM (
        SELECT id, 1 AS turn, 'place' AS attribute, 0 AS from_utc_s, json_array(site, zone) AS value,
            added_utc_s AS noted_utc_s, 'added' AS why FROM nodes
        UNION ALL SELECT id, 3, 'position', 0, json_array(lat, lon), added_utc_s, 'added' FROM nodes
        UNION ALL SELECT id, 4, 'role', 0, json_quote(role), added_utc_s, 'added' FROM nodes
        UNION ALL SELECT id, 5, 'serves', 0, 'true', added_utc_s, 'added' FROM nodes
        UNION ALL SELECT id, 6, 'serves', retired_utc_s, 'false', retired_utc_s, 'retired'
            FROM nodes WHERE retired_utc_s IS NOT NULL
    ) ORDER BY id, turn;
INSERT INTO attribute_log
    (site, attribute, from_utc_s, to_utc_s, value, noted_utc_s, who, why)
    SELECT name, attribute, 0, 4611686018427387904, value, 0, 'padlicht', 'added' FROM (
        SELECT name, 1 AS turn, 'tz' AS attribute, json_quote(tz) AS value FROM sites
        UNION ALL SELECT name, 2, 'position', json_array(lat, lon) FROM sites
    ) ORDER BY name, turn;
INSERT INTO node_places
    SELECT id, 0, coalesce(retired_utc_s, 4611686018427387904), site, zone, role, lat, lon, 1
    FROM nodes WHERE retired_utc_s IS NULL OR retired_utc_s > 0;
INSERT INTO node_places
    SELECT id, max(retired_utc_s, 0), 4611686018427387904, site, zone, role, lat, lon, 0
    FROM nodes WHERE retired_utc_s IS NOT NULL;
INSERT INTO site_places SELECT name, 0, 4611686018427387904, tz, lat, lon FROM sites;

-- A node that changed its place within an hour has two parts of that hour. `hour_utc_s` is where the
-- part begins, `late_s` how far into the hour of the clock that is.
ALTER TABLE usage_hour ADD COLUMN late_s INTEGER NOT NULL DEFAULT 0;
CREATE INDEX usage_hour_late ON usage_hour (hour_utc_s, late_s) WHERE late_s > 0;

-- Hours of nodes that have to be added up anew from the records, because what was known of their
-- place changed; the roll-up does it in pieces, and then the zones that zone_stale names.
CREATE TABLE usage_stale (
    node_id INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL
) STRICT;
DROP TRIGGER zone_stale_on_move;
DROP TRIGGER zone_stale_on_first_real;

-- What copies elsewhere have to take out and write anew: the records of a node, or the hours and
-- days of a site, that begin in [from, to). Followed like a table of records, by id.
CREATE TABLE rewrites (
    id INTEGER PRIMARY KEY, node_id INTEGER REFERENCES nodes(id) ON DELETE CASCADE, site TEXT,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL,
    CHECK ((node_id IS NULL) <> (site IS NULL))
) STRICT;

-- Records whose time was far from the hub's when they came in: both times, of each of them.
CREATE TABLE misdated (
    node_id INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE, boot INTEGER NOT NULL,
    seq INTEGER NOT NULL, t INTEGER NOT NULL, received_utc_s INTEGER NOT NULL,
    PRIMARY KEY (node_id, boot, seq)
) STRICT, WITHOUT ROWID;

-- Nodes that were never heard and were removed. Until `wish_cleared` the broker may still keep what
-- was wanted of them.
CREATE TABLE removed_nodes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, site TEXT NOT NULL, zone TEXT NOT NULL,
    role TEXT NOT NULL, added_utc_s INTEGER NOT NULL, removed_utc_s INTEGER NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, wish_cleared INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX removed_nodes_wished ON removed_nodes (id) WHERE NOT wish_cleared;
