-- Schema 2: followers with cursors, hours of use, zones, commands, retention.

-- With many nodes, an index by time doubled what an insert costs; node by node, the identity
-- index walked backwards finds a day as well.
DROP INDEX lamp_by_time;
DROP INDEX footfall_by_time;
DROP INDEX health_by_time;
DROP INDEX fault_by_time;
CREATE INDEX nodes_by_site ON nodes (site, zone);
CREATE INDEX nodes_real ON nodes (site, role, added_utc_s) WHERE NOT simulated;

ALTER TABLE nodes ADD COLUMN retired_utc_s INTEGER;
UPDATE nodes SET retired_utc_s = max(added_utc_s,
    coalesce((SELECT max(t + dt) FROM lamp WHERE node_id = nodes.id), 0),
    coalesce((SELECT max(t + dt) FROM footfall WHERE node_id = nodes.id), 0)) WHERE retired;

CREATE TABLE zones (
    site TEXT NOT NULL REFERENCES sites(name), name TEXT NOT NULL, title TEXT NOT NULL,
    lat REAL, lon REAL,
    PRIMARY KEY (site, name)
) STRICT;
INSERT INTO zones (site, name, title) SELECT DISTINCT site, zone, zone FROM nodes;

ALTER TABLE node_state ADD COLUMN highest_boot INTEGER NOT NULL DEFAULT 0;
UPDATE node_state SET highest_boot = coalesce(boot, 0);

-- Its own id, so that a follower's cursor means the same for ever: VACUUM may change a rowid.
ALTER TABLE settings_log RENAME TO settings_log_1;
CREATE TABLE settings_log (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id),
    version INTEGER NOT NULL, utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, confirmed_utc_s INTEGER,
    UNIQUE (node_id, version)
) STRICT;
INSERT INTO settings_log (node_id, version, utc_s, who, why, before, after, confirmed_utc_s)
    SELECT node_id, version, utc_s, who, why, before, after, confirmed_utc_s
    FROM settings_log_1 ORDER BY rowid;
DROP TABLE settings_log_1;

-- How far each follower has read each table: all up to last_id is done.
CREATE TABLE cursors (
    follower TEXT NOT NULL, source TEXT NOT NULL, last_id INTEGER NOT NULL,
    PRIMARY KEY (follower, source)
) STRICT, WITHOUT ROWID;

-- Whether a node was there: on every change, and every hour.
CREATE TABLE presence (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id),
    utc_s INTEGER NOT NULL, online INTEGER NOT NULL
) STRICT;
CREATE TRIGGER presence_on_change AFTER UPDATE OF state ON node_state
    WHEN new.state IS NOT old.state AND (new.state = 'ready' OR old.state = 'ready')
    BEGIN
        INSERT INTO presence (node_id, utc_s, online)
            VALUES (new.node_id, new.since_utc_s, new.state = 'ready');
    END;

-- Sums of records that start in an hour. `rev` grows with every transaction of the roll-up.
CREATE TABLE usage_hour (
    node_id INTEGER NOT NULL REFERENCES nodes(id), hour_utc_s INTEGER NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'twilight', 'dark')),
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, due_s INTEGER NOT NULL, rev INTEGER NOT NULL,
    PRIMARY KEY (node_id, hour_utc_s)
) STRICT, WITHOUT ROWID;
CREATE INDEX usage_hour_by_rev ON usage_hour (rev);

CREATE TABLE commands (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    node_id INTEGER NOT NULL REFERENCES nodes(id), do TEXT NOT NULL, args TEXT NOT NULL,
    who TEXT NOT NULL, asked_utc_s INTEGER NOT NULL, until_utc_s INTEGER NOT NULL,
    sent_utc_s INTEGER, answered_utc_s INTEGER, ok INTEGER, why TEXT, detail TEXT
) STRICT;
CREATE INDEX commands_by_node ON commands (node_id, seq);
CREATE INDEX commands_open ON commands (seq) WHERE ok IS NULL;
CREATE TABLE selftests (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), reply TEXT NOT NULL,
    utc_s INTEGER NOT NULL, boot INTEGER, fw TEXT, board TEXT, rows TEXT NOT NULL,
    UNIQUE (node_id, reply, rows)
) STRICT;

-- `acknowledged`: the node was told to forget it, so this is the only copy, and no flood may push
-- it out. Of what is here already nobody knows any more, so it stays.
ALTER TABLE quarantine ADD COLUMN node TEXT;
ALTER TABLE quarantine ADD COLUMN acknowledged INTEGER NOT NULL DEFAULT 0;
UPDATE quarantine SET acknowledged = 1 WHERE topic LIKE 'padlicht/v1/%/up/records';
UPDATE quarantine SET node = (
        SELECT substr(rest, 1, instr(rest, '/') - 1) FROM
            (SELECT substr(topic, 13 + instr(substr(topic, 13), '/')) AS rest)
    ) WHERE topic LIKE 'padlicht/v1/%/%/%';
CREATE INDEX quarantine_by_node ON quarantine (node);
CREATE INDEX quarantine_acknowledged ON quarantine (id) WHERE acknowledged;
CREATE INDEX quarantine_passing ON quarantine (id) WHERE acknowledged = 0;

-- What retention took away: identities as ranges (both ends included), so that a record that is
-- sent again is known for ever; and their sums by hour, so that usage can be worked out anew.
CREATE TABLE pruned (
    node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
    PRIMARY KEY (node_id, boot, first_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE usage_pruned (
    node_id INTEGER NOT NULL REFERENCES nodes(id), hour_utc_s INTEGER NOT NULL,
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, dt_s INTEGER NOT NULL,
    PRIMARY KEY (node_id, hour_utc_s)
) STRICT, WITHOUT ROWID;
