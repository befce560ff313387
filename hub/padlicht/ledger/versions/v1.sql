-- Schema 1, as the first hubs wrote it. A file of this version may stand anywhere: never change it.
CREATE TABLE sites (
    name TEXT PRIMARY KEY, title TEXT NOT NULL, tz TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL, path TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, site TEXT NOT NULL REFERENCES sites(name),
    zone TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('lamp', 'counter')),
    lat REAL, lon REAL, simulated INTEGER NOT NULL, added_utc_s INTEGER NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE node_state (
    node_id INTEGER PRIMARY KEY REFERENCES nodes(id),
    state TEXT NOT NULL DEFAULT 'never' CHECK (state IN ('ready', 'lost', 'never')),
    since_utc_s INTEGER NOT NULL, last_word_utc_s INTEGER,
    boot INTEGER, fw TEXT, board TEXT, clock INTEGER, reset TEXT, error TEXT,
    confirmed_version INTEGER, refused TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE TABLE settings_log (
    node_id INTEGER NOT NULL REFERENCES nodes(id), version INTEGER NOT NULL,
    utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, confirmed_utc_s INTEGER,
    PRIMARY KEY (node_id, version)
) STRICT;
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,
    first_utc_s INTEGER NOT NULL, last_utc_s INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
    topic TEXT NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE lamp (id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL, seq INTEGER NOT NULL, t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, obs_s INTEGER NOT NULL, lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, trig INTEGER NOT NULL, trig_total INTEGER NOT NULL, mwh INTEGER NOT NULL, mwh_total INTEGER NOT NULL, metered INTEGER NOT NULL, received_utc_s INTEGER NOT NULL, UNIQUE (node_id, boot, seq)) STRICT;
CREATE INDEX lamp_by_time ON lamp (node_id, t);
CREATE TABLE footfall (id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL, seq INTEGER NOT NULL, t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, obs_s INTEGER NOT NULL, sat_s INTEGER NOT NULL, n_in INTEGER NOT NULL, n_out INTEGER NOT NULL, in_total INTEGER NOT NULL, out_total INTEGER NOT NULL, received_utc_s INTEGER NOT NULL, UNIQUE (node_id, boot, seq)) STRICT;
CREATE INDEX footfall_by_time ON footfall (node_id, t);
CREATE TABLE health (id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL, seq INTEGER NOT NULL, t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, rssi INTEGER, mv INTEGER, dc INTEGER, free INTEGER NOT NULL, spool INTEGER NOT NULL, dropped INTEGER NOT NULL, up_s INTEGER NOT NULL, lux_dl INTEGER, received_utc_s INTEGER NOT NULL, UNIQUE (node_id, boot, seq)) STRICT;
CREATE INDEX health_by_time ON health (node_id, t);
CREATE TABLE fault (id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL, seq INTEGER NOT NULL, t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, code TEXT NOT NULL, active INTEGER NOT NULL, received_utc_s INTEGER NOT NULL, UNIQUE (node_id, boot, seq)) STRICT;
CREATE INDEX fault_by_time ON fault (node_id, t);
