-- Schema 3: identities as ranges, records by blocks and days, and hours of zones.

-- Sums of the nodes of a zone by hour of the site's clock, and of the whole site (zone ''), made of
-- usage_hour in the transactions that change it. `day` is the local date in days since 1970-01-01,
-- `hour` the local hour. obs_s and due_s are of counters, lamp_obs_s and lamp_due_s of lamps.
CREATE TABLE zone_hour (
    site TEXT NOT NULL, zone TEXT NOT NULL, hour_utc_s INTEGER NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'twilight', 'dark')),
    day INTEGER NOT NULL, hour INTEGER NOT NULL,
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, due_s INTEGER NOT NULL,
    lamp_obs_s INTEGER NOT NULL, lamp_due_s INTEGER NOT NULL,
    counters INTEGER NOT NULL, lamps INTEGER NOT NULL,
    sim_counters INTEGER NOT NULL, sim_lamps INTEGER NOT NULL,
    PRIMARY KEY (site, zone, hour_utc_s, light)
) STRICT, WITHOUT ROWID;

-- Zones of which the hours from a moment on have to be summed anew, because a node moved or the
-- first real one came; the roll-up does it in pieces. It does so now for all that there is.
CREATE TABLE zone_stale (
    site TEXT NOT NULL, zone TEXT NOT NULL, from_utc_s INTEGER NOT NULL,
    PRIMARY KEY (site, zone)
) STRICT, WITHOUT ROWID;
INSERT INTO zone_stale (site, zone, from_utc_s)
    SELECT site, zone, min((SELECT min(hour_utc_s) FROM usage_hour WHERE node_id = nodes.id)) AS t
    FROM nodes GROUP BY site, zone HAVING t IS NOT NULL;
CREATE TRIGGER zone_stale_on_move AFTER UPDATE OF zone ON nodes WHEN new.zone <> old.zone
    BEGIN
        INSERT INTO zone_stale (site, zone, from_utc_s)
            SELECT new.site, z.zone, u.hour_utc_s
            FROM (SELECT old.zone AS zone UNION ALL SELECT new.zone) z CROSS JOIN
                (SELECT min(hour_utc_s) AS hour_utc_s FROM usage_hour WHERE node_id = new.id) u
            WHERE u.hour_utc_s IS NOT NULL
            ON CONFLICT DO UPDATE SET from_utc_s = min(from_utc_s, excluded.from_utc_s);
    END;
-- From its first real node of a role on, a site's simulated ones no longer count.
CREATE TRIGGER zone_stale_on_first_real AFTER INSERT ON nodes
    WHEN NOT new.simulated AND NOT EXISTS (
        SELECT 1 FROM nodes WHERE site = new.site AND role = new.role AND NOT simulated
            AND added_utc_s <= new.added_utc_s AND id <> new.id)
    BEGIN
        INSERT INTO zone_stale (site, zone, from_utc_s)
            SELECT site, zone, min(hour_utc_s) FROM zone_hour
            WHERE site = new.site AND zone <> '' AND hour_utc_s + 3600 > new.added_utc_s
                AND sim_counters + sim_lamps > 0
            GROUP BY zone
            ON CONFLICT DO UPDATE SET from_utc_s = min(from_utc_s, excluded.from_utc_s);
    END;

-- Every identity that was ever stored, of all kinds alike, as ranges (both ends included). Lags
-- behind the records: what came after `seen_up_to` is read from them, but a node's boots are all here.
CREATE TABLE seen (
    node_id INTEGER NOT NULL, boot INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
    PRIMARY KEY (node_id, boot, first_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE seen_up_to (
    source TEXT NOT NULL PRIMARY KEY, last_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO seen SELECT node_id, boot, min(first), max(last) FROM (
    SELECT node_id, boot, first, last, count(*) FILTER (WHERE begins) OVER (
        PARTITION BY node_id, boot ORDER BY first, last ROWS UNBOUNDED PRECEDING) AS part
    FROM (
        SELECT node_id, boot, first, last, coalesce(first > 1 + max(last) OVER (
            PARTITION BY node_id, boot ORDER BY first, last
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), TRUE) AS begins
        FROM (
            SELECT node_id, boot, seq AS first, seq AS last FROM lamp
            UNION ALL SELECT node_id, boot, seq, seq FROM footfall
            UNION ALL SELECT node_id, boot, seq, seq FROM health
            UNION ALL SELECT node_id, boot, seq, seq FROM fault
            UNION ALL SELECT node_id, boot, first_seq, last_seq FROM pruned
        )
    )
) GROUP BY node_id, boot, part;
INSERT INTO seen_up_to
    SELECT 'lamp', coalesce(max(id), 0) FROM lamp
    UNION ALL SELECT 'footfall', coalesce(max(id), 0) FROM footfall
    UNION ALL SELECT 'health', coalesce(max(id), 0) FROM health
    UNION ALL SELECT 'fault', coalesce(max(id), 0) FROM fault;

-- Records are only appended, 16 384 ids a block: the index of a block is small enough to be written
-- into at all its places, however many nodes there are. A foreign key would be looked up for every
-- row. Faults are few, and keep their own index by identity.
CREATE TABLE lamp_3 (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, obs_s INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, trig INTEGER NOT NULL,
    trig_total INTEGER NOT NULL, mwh INTEGER NOT NULL, mwh_total INTEGER NOT NULL,
    metered INTEGER NOT NULL, received_utc_s INTEGER NOT NULL
) STRICT;
INSERT INTO lamp_3 SELECT * FROM lamp;
DROP TABLE lamp;
ALTER TABLE lamp_3 RENAME TO lamp;
CREATE INDEX lamp_by_block ON lamp (id >> 14, node_id, boot, seq);
CREATE TABLE footfall_3 (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, obs_s INTEGER NOT NULL,
    sat_s INTEGER NOT NULL, n_in INTEGER NOT NULL, n_out INTEGER NOT NULL,
    in_total INTEGER NOT NULL, out_total INTEGER NOT NULL, received_utc_s INTEGER NOT NULL
) STRICT;
INSERT INTO footfall_3 SELECT * FROM footfall;
DROP TABLE footfall;
ALTER TABLE footfall_3 RENAME TO footfall;
CREATE INDEX footfall_by_block ON footfall (id >> 14, node_id, boot, seq);
CREATE TABLE health_3 (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, rssi INTEGER, mv INTEGER,
    dc INTEGER, free INTEGER NOT NULL, spool INTEGER NOT NULL, dropped INTEGER NOT NULL,
    up_s INTEGER NOT NULL, lux_dl INTEGER, received_utc_s INTEGER NOT NULL
) STRICT;
INSERT INTO health_3 SELECT * FROM health;
DROP TABLE health;
ALTER TABLE health_3 RENAME TO health;
CREATE INDEX health_by_block ON health (id >> 14, node_id, boot, seq);
CREATE INDEX fault_by_time ON fault (t);

-- Which full blocks hold records that start on a day (t / 86400); the newest block is not here yet.
CREATE TABLE days (
    source TEXT NOT NULL, day INTEGER NOT NULL, block INTEGER NOT NULL,
    PRIMARY KEY (source, day, block)
) STRICT, WITHOUT ROWID;
INSERT INTO days SELECT DISTINCT 'lamp', t / 86400, id >> 14 FROM lamp
    WHERE id >> 14 < (SELECT max(id) >> 14 FROM lamp);
INSERT INTO days SELECT DISTINCT 'footfall', t / 86400, id >> 14 FROM footfall
    WHERE id >> 14 < (SELECT max(id) >> 14 FROM footfall);
INSERT INTO days SELECT DISTINCT 'health', t / 86400, id >> 14 FROM health
    WHERE id >> 14 < (SELECT max(id) >> 14 FROM health);

-- The newest health record of a node before one came late; whoever came after it is newer.
CREATE TABLE health_before (
    node_id INTEGER PRIMARY KEY, id INTEGER NOT NULL
) STRICT;
