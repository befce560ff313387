-- A ledger of schema 6, made by tests/ledger/ledgers/make.py.
PRAGMA user_version = 6;
BEGIN TRANSACTION;
CREATE TABLE attribute_log (
    id INTEGER PRIMARY KEY, node_id INTEGER REFERENCES nodes(id) ON DELETE CASCADE,
    site TEXT REFERENCES sites(name) ON DELETE CASCADE, attribute TEXT NOT NULL,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL, value TEXT NOT NULL,
    noted_utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    corrects INTEGER NOT NULL DEFAULT 0, CHECK ((node_id IS NULL) <> (site IS NULL))
) STRICT;
INSERT INTO "attribute_log" VALUES(1,NULL,'molukkenplantsoen','tz',0,4611686018427387904,'"Europe/Amsterdam"',0,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(2,NULL,'molukkenplantsoen','position',0,4611686018427387904,'[53.23, 6.576]',0,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(3,1,NULL,'place',0,4611686018427387904,'["molukkenplantsoen", "path"]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(4,1,NULL,'position',0,4611686018427387904,'[53.23, 6.576]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(5,1,NULL,'role',0,4611686018427387904,'"lamp"',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(6,1,NULL,'serves',0,4611686018427387904,'true',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(7,1,NULL,'rated_mw',0,4611686018427387904,'9000',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(8,1,NULL,'ways',0,4611686018427387904,'[null, null]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(9,2,NULL,'place',0,4611686018427387904,'["molukkenplantsoen", "path"]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(10,2,NULL,'position',0,4611686018427387904,'[null, null]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(11,2,NULL,'role',0,4611686018427387904,'"counter"',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(12,2,NULL,'serves',0,4611686018427387904,'true',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(13,2,NULL,'rated_mw',0,4611686018427387904,'null',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(14,2,NULL,'ways',0,4611686018427387904,'[null, null]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(15,3,NULL,'place',0,4611686018427387904,'["molukkenplantsoen", "pond"]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(16,3,NULL,'position',0,4611686018427387904,'[53.23, 6.576]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(17,3,NULL,'role',0,4611686018427387904,'"lamp"',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(18,3,NULL,'serves',0,4611686018427387904,'true',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(19,3,NULL,'rated_mw',0,4611686018427387904,'9000',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(20,3,NULL,'ways',0,4611686018427387904,'[null, null]',1795220400,'padlicht','added',0);
INSERT INTO "attribute_log" VALUES(21,3,NULL,'serves',1795224000,4611686018427387904,'false',1795220400,'padlicht','retired',0);
INSERT INTO "attribute_log" VALUES(22,1,NULL,'place',0,4611686018427387904,'["molukkenplantsoen", "pond"]',1792926000,'anna','it was written down wrongly',1);
CREATE TABLE commands (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    node_id INTEGER NOT NULL REFERENCES nodes(id), do TEXT NOT NULL, args TEXT NOT NULL,
    who TEXT NOT NULL, asked_utc_s INTEGER NOT NULL, until_utc_s INTEGER NOT NULL,
    sent_utc_s INTEGER, answered_utc_s INTEGER, ok INTEGER, why TEXT, detail TEXT
) STRICT;
INSERT INTO "commands" VALUES(1,'c-1',1,'identify','{}','anna',1795224000,1795224060,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE cursors (
    follower TEXT NOT NULL, source TEXT NOT NULL, last_id INTEGER NOT NULL,
    PRIMARY KEY (follower, source)
) STRICT, WITHOUT ROWID;
INSERT INTO "cursors" VALUES('influx','lamp',4);
INSERT INTO "cursors" VALUES('usage','due',1795241700);
INSERT INTO "cursors" VALUES('usage','due_node',0);
INSERT INTO "cursors" VALUES('usage','footfall',8);
INSERT INTO "cursors" VALUES('usage','lamp',8);
INSERT INTO "cursors" VALUES('usage','rev',5);
CREATE TABLE days (
    source TEXT NOT NULL, day INTEGER NOT NULL, block INTEGER NOT NULL,
    PRIMARY KEY (source, day, block)
) STRICT, WITHOUT ROWID;
INSERT INTO "days" VALUES('health',20778,0);
CREATE TABLE diary (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE, zone TEXT,
    from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, text TEXT NOT NULL, public INTEGER NOT NULL,
    noted_utc_s INTEGER NOT NULL, who TEXT NOT NULL,
    withdraws INTEGER UNIQUE REFERENCES diary(id) ON DELETE CASCADE, CHECK (from_day <= to_day)
) STRICT;
INSERT INTO "diary" VALUES(1,'molukkenplantsoen','path',20724,20765,'bridge closed',1,1795224000,'anna',NULL);
INSERT INTO "diary" VALUES(2,'molukkenplantsoen',NULL,20724,20765,'a fair',0,1795224000,'anna',NULL);
INSERT INTO "diary" VALUES(3,'molukkenplantsoen',NULL,20724,20765,'it was in another park',0,1795224060,'anna',2);
CREATE TABLE fault (id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL, seq INTEGER NOT NULL, t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, code TEXT NOT NULL, active INTEGER NOT NULL, received_utc_s INTEGER NOT NULL, UNIQUE (node_id, boot, seq)) STRICT;
INSERT INTO "fault" VALUES(1,1,12,99,1795224000,0,2,'lamp_stuck',1,1795233000);
CREATE TABLE "footfall" (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, obs_s INTEGER NOT NULL,
    sat_s INTEGER NOT NULL, n_in INTEGER NOT NULL, n_out INTEGER NOT NULL,
    in_total INTEGER NOT NULL, out_total INTEGER NOT NULL, received_utc_s INTEGER NOT NULL
) STRICT;
INSERT INTO "footfall" VALUES(3,2,3,2,1795225800,900,2,898,4,2,5,18,10,1795226705);
INSERT INTO "footfall" VALUES(4,2,3,3,1795226700,900,2,898,4,3,5,27,15,1795227605);
INSERT INTO "footfall" VALUES(5,2,3,4,1795227600,900,2,898,4,4,5,36,20,1795228505);
INSERT INTO "footfall" VALUES(6,2,3,5,1795228500,900,2,898,4,5,5,45,25,1795229405);
INSERT INTO "footfall" VALUES(7,2,3,6,1795229400,900,2,898,4,6,5,54,30,1795230305);
INSERT INTO "footfall" VALUES(8,2,3,7,1795230300,900,2,898,4,7,5,63,35,1795231205);
CREATE TABLE "health" (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, rssi INTEGER, mv INTEGER,
    dc INTEGER, free INTEGER NOT NULL, spool INTEGER NOT NULL, dropped INTEGER NOT NULL,
    up_s INTEGER NOT NULL, lux_dl INTEGER, received_utc_s INTEGER NOT NULL
, stack INTEGER, ticks_lost INTEGER) STRICT;
INSERT INTO "health" VALUES(16383,1,12,5,1795225800,900,2,-67,NULL,84,9,2,0,2,NULL,1795226705,8,2);
INSERT INTO "health" VALUES(16384,1,12,7,1795226700,900,2,-67,NULL,84,9,2,0,3,NULL,1795227605,8,3);
INSERT INTO "health" VALUES(16385,1,12,9,1795227600,900,2,-67,NULL,84,9,2,0,4,NULL,1795228505,8,4);
INSERT INTO "health" VALUES(16386,1,12,11,1795228500,900,2,-67,NULL,84,9,2,0,5,NULL,1795229405,8,5);
INSERT INTO "health" VALUES(16387,1,12,13,1795229400,900,2,-67,NULL,84,9,2,0,6,NULL,1795230305,8,6);
INSERT INTO "health" VALUES(16388,1,12,15,1795230300,900,2,-67,NULL,84,9,2,0,7,NULL,1795231205,8,7);
INSERT INTO "health" VALUES(16389,1,11,6,1795222200,900,2,-67,NULL,84,9,2,0,1,NULL,1795233000,NULL,NULL);
CREATE TABLE health_before (
    node_id INTEGER PRIMARY KEY, id INTEGER NOT NULL
) STRICT;
INSERT INTO "health_before" VALUES(1,16388);
CREATE TABLE "lamp" (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL, boot INTEGER NOT NULL, seq INTEGER NOT NULL,
    t INTEGER NOT NULL, dt INTEGER NOT NULL, clock INTEGER NOT NULL, obs_s INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, trig INTEGER NOT NULL,
    trig_total INTEGER NOT NULL, mwh INTEGER NOT NULL, mwh_total INTEGER NOT NULL,
    metered INTEGER NOT NULL, received_utc_s INTEGER NOT NULL
, near_s INTEGER) STRICT;
INSERT INTO "lamp" VALUES(3,1,12,4,1795225800,900,2,900,900,9,2,18,5,10,1,1795226705,2);
INSERT INTO "lamp" VALUES(4,1,12,6,1795226700,900,2,900,900,9,3,27,5,15,1,1795227605,3);
INSERT INTO "lamp" VALUES(5,1,12,8,1795227600,900,2,900,900,9,4,36,5,20,1,1795228505,4);
INSERT INTO "lamp" VALUES(6,1,12,10,1795228500,900,2,900,900,9,5,45,5,25,1,1795229405,5);
INSERT INTO "lamp" VALUES(7,1,12,12,1795229400,900,2,900,900,9,6,54,5,30,1,1795230305,6);
INSERT INTO "lamp" VALUES(8,1,12,14,1795230300,900,2,900,900,9,7,63,5,35,1,1795231205,7);
CREATE TABLE misdated (
    node_id INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE, boot INTEGER NOT NULL,
    seq INTEGER NOT NULL, t INTEGER NOT NULL, received_utc_s INTEGER NOT NULL,
    PRIMARY KEY (node_id, boot, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "misdated" VALUES(2,3,7,1795228000,1795224000);
CREATE TABLE node_places (
    node_id INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL,
    site TEXT NOT NULL, zone TEXT NOT NULL, role TEXT NOT NULL, lat REAL, lon REAL,
    serves INTEGER NOT NULL,
    PRIMARY KEY (node_id, from_utc_s)
) STRICT, WITHOUT ROWID;
INSERT INTO "node_places" VALUES(1,0,4611686018427387904,'molukkenplantsoen','pond','lamp',53.23,6.576,1);
INSERT INTO "node_places" VALUES(2,0,4611686018427387904,'molukkenplantsoen','path','counter',NULL,NULL,1);
INSERT INTO "node_places" VALUES(3,0,1795224000,'molukkenplantsoen','pond','lamp',53.23,6.576,1);
INSERT INTO "node_places" VALUES(3,1795224000,4611686018427387904,'molukkenplantsoen','pond','lamp',53.23,6.576,0);
CREATE TABLE node_state (
    node_id INTEGER PRIMARY KEY REFERENCES nodes(id),
    state TEXT NOT NULL DEFAULT 'never' CHECK (state IN ('ready', 'lost', 'never')),
    since_utc_s INTEGER NOT NULL, last_word_utc_s INTEGER,
    boot INTEGER, fw TEXT, board TEXT, clock INTEGER, reset TEXT, error TEXT,
    confirmed_version INTEGER, refused TEXT NOT NULL DEFAULT '{}'
, highest_boot INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "node_state" VALUES(1,'ready',1795224000,1795224002,12,'0.1.0','pico_w',2,'power','OSError: 5',2,'{"base_pct": "too dark"}',12);
INSERT INTO "node_state" VALUES(2,'lost',1795224003,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'{}',0);
CREATE TABLE nodes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, site TEXT NOT NULL REFERENCES sites(name),
    zone TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('lamp', 'counter')),
    lat REAL, lon REAL, simulated INTEGER NOT NULL, added_utc_s INTEGER NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0
, retired_utc_s INTEGER, rated_mw INTEGER, way_in TEXT, way_out TEXT) STRICT;
INSERT INTO "nodes" VALUES(1,'lamp-1','molukkenplantsoen','pond','lamp',53.23,6.576,0,1795220400,0,NULL,9000,NULL,NULL);
INSERT INTO "nodes" VALUES(2,'counter-1','molukkenplantsoen','path','counter',NULL,NULL,0,1795220400,0,NULL,NULL,NULL,NULL);
INSERT INTO "nodes" VALUES(3,'lamp-9','molukkenplantsoen','pond','lamp',53.23,6.576,0,1795220400,1,1795224000,9000,NULL,NULL);
CREATE TABLE presence (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id),
    utc_s INTEGER NOT NULL, online INTEGER NOT NULL
) STRICT;
INSERT INTO "presence" VALUES(1,1,1795224000,1);
CREATE TABLE pruned (
    node_id INTEGER NOT NULL REFERENCES nodes(id), boot INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
    PRIMARY KEY (node_id, boot, first_seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "pruned" VALUES(1,11,7,7);
INSERT INTO "pruned" VALUES(1,12,0,3);
INSERT INTO "pruned" VALUES(2,3,0,1);
CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE,
    first_utc_s INTEGER NOT NULL, last_utc_s INTEGER NOT NULL, times INTEGER NOT NULL DEFAULT 1,
    topic TEXT NOT NULL, payload BLOB NOT NULL, reason TEXT NOT NULL
, node TEXT, acknowledged INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "quarantine" VALUES(1,X'875B53002E472F31E3D52293E4A765C8CF6CA2D31767DFA9170CA2175D7ECB35',1795224000,1795224000,1,'padlicht/v1/x',X'00FF7B','no topic of ours',NULL,0);
CREATE TABLE quarter_actions (
    id INTEGER PRIMARY KEY,
    sheet_id INTEGER NOT NULL REFERENCES quarter_sheets(id) ON DELETE CASCADE,
    place INTEGER NOT NULL, what TEXT NOT NULL, owner TEXT NOT NULL, due_day TEXT NOT NULL
) STRICT;
INSERT INTO "quarter_actions" VALUES(1,1,0,'prune the shrubs','parks department','2026-10-01');
INSERT INTO "quarter_actions" VALUES(2,1,1,'a bench','residents','');
CREATE TABLE quarter_outcomes (
    action_id INTEGER NOT NULL REFERENCES quarter_actions(id) ON DELETE CASCADE,
    sheet_id INTEGER NOT NULL REFERENCES quarter_sheets(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'going', 'dropped')), note TEXT NOT NULL,
    PRIMARY KEY (action_id, sheet_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "quarter_outcomes" VALUES(1,2,'done','in October');
CREATE TABLE quarter_sheets (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    quarter TEXT NOT NULL, revision INTEGER NOT NULL, held_on TEXT NOT NULL, present TEXT NOT NULL,
    going_on TEXT NOT NULL, goes_well TEXT NOT NULL, saved_utc_s INTEGER NOT NULL,
    saved_by TEXT NOT NULL, closed_utc_s INTEGER, closed_by TEXT, figures TEXT,
    UNIQUE (site, quarter)
) STRICT;
INSERT INTO "quarter_sheets" VALUES(1,'molukkenplantsoen','2026-Q3',1,'2026-09-10','4 residents','scooters','the fitness place',1795224000,'anna',1795224060,'anna','{}');
INSERT INTO "quarter_sheets" VALUES(2,'molukkenplantsoen','2026-Q4',1,'','','','',1795224120,'anna',NULL,NULL,NULL);
CREATE TABLE removed_nodes (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, site TEXT NOT NULL, zone TEXT NOT NULL,
    role TEXT NOT NULL, added_utc_s INTEGER NOT NULL, removed_utc_s INTEGER NOT NULL,
    who TEXT NOT NULL, why TEXT NOT NULL, wish_cleared INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO "removed_nodes" VALUES(1,'lamp-8','molukkenplantsoen','path','lamp',1795224000,1795224060,'anna','mistyped',0);
CREATE TABLE rewrites (
    id INTEGER PRIMARY KEY, node_id INTEGER REFERENCES nodes(id) ON DELETE CASCADE, site TEXT,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL,
    CHECK ((node_id IS NULL) <> (site IS NULL))
) STRICT;
INSERT INTO "rewrites" VALUES(1,NULL,'molukkenplantsoen',0,4611686018427387904);
INSERT INTO "rewrites" VALUES(2,1,NULL,0,4611686018427387904);
CREATE TABLE seen (
    node_id INTEGER NOT NULL, boot INTEGER NOT NULL,
    first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
    PRIMARY KEY (node_id, boot, first_seq)
) STRICT, WITHOUT ROWID;
INSERT INTO "seen" VALUES(1,11,6,7);
INSERT INTO "seen" VALUES(1,12,0,15);
INSERT INTO "seen" VALUES(1,12,99,99);
INSERT INTO "seen" VALUES(2,3,0,7);
CREATE TABLE seen_up_to (
    source TEXT NOT NULL PRIMARY KEY, last_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "seen_up_to" VALUES('fault',1);
INSERT INTO "seen_up_to" VALUES('footfall',8);
INSERT INTO "seen_up_to" VALUES('health',16389);
INSERT INTO "seen_up_to" VALUES('lamp',8);
CREATE TABLE selftests (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id), reply TEXT NOT NULL,
    utc_s INTEGER NOT NULL, boot INTEGER, fw TEXT, board TEXT, rows TEXT NOT NULL,
    UNIQUE (node_id, reply, rows)
) STRICT;
INSERT INTO "selftests" VALUES(1,1,'first-start',1795224000,12,'0.1.0','pico_w','[["radar", "silent", "", "fail"]]');
CREATE TABLE settings_in_force (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
INSERT INTO "settings_in_force" VALUES(1,1,1795224004,2);
CREATE TABLE settings_log (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id),
    version INTEGER NOT NULL, utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
    before TEXT NOT NULL, after TEXT NOT NULL, confirmed_utc_s INTEGER,
    UNIQUE (node_id, version)
) STRICT;
INSERT INTO "settings_log" VALUES(1,1,1,1795224000,'padlicht','added','{}','{"base_pct": 20}',NULL);
INSERT INTO "settings_log" VALUES(2,1,2,1795224001,'anna','bats by the pond','{"base_pct": 20}','{"base_pct": 15}',1795224004);
CREATE TABLE site_places (
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL,
    tz TEXT NOT NULL, lat REAL NOT NULL, lon REAL NOT NULL,
    PRIMARY KEY (site, from_utc_s)
) STRICT, WITHOUT ROWID;
INSERT INTO "site_places" VALUES('molukkenplantsoen',0,4611686018427387904,'Europe/Amsterdam',53.23,6.576);
CREATE TABLE sites (
    name TEXT PRIMARY KEY, title TEXT NOT NULL, tz TEXT NOT NULL,
    lat REAL NOT NULL, lon REAL NOT NULL, path TEXT NOT NULL DEFAULT '[]'
) STRICT;
INSERT INTO "sites" VALUES('molukkenplantsoen','Molukkenplantsoen','Europe/Amsterdam',53.23,6.576,'[[53.2, 6.5]]');
CREATE TABLE studies (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE, utc_s INTEGER NOT NULL, who TEXT NOT NULL, registration TEXT NOT NULL
) STRICT;
INSERT INTO "studies" VALUES(1,'molukkenplantsoen','brighter',1795224000,'anna','{"question":"Is it used more?"}');
CREATE TABLE study_amendments (
    id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES studies(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, changes TEXT NOT NULL
) STRICT;
INSERT INTO "study_amendments" VALUES(1,1,1795224001,'anna','the pond froze','{"weeks":8}');
CREATE TABLE study_jobs (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('run', 'plan')), subject TEXT NOT NULL, who TEXT NOT NULL,
    asked_utc_s INTEGER NOT NULL, begun_utc_s INTEGER, stage TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
    ended_utc_s INTEGER, error TEXT
) STRICT;
INSERT INTO "study_jobs" VALUES(1,'molukkenplantsoen','run','brighter','anna',1795224000,1795224001,'counts',3,4,1795224009,NULL);
CREATE TABLE study_looks (
    study_id INTEGER PRIMARY KEY REFERENCES studies(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, data_sha256 TEXT NOT NULL, result TEXT NOT NULL
) STRICT;
INSERT INTO "study_looks" VALUES(1,1795224003,'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','{}');
CREATE TABLE study_plans (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    zone TEXT NOT NULL, utc_s INTEGER NOT NULL, version TEXT NOT NULL,
    data_sha256 TEXT NOT NULL, result TEXT NOT NULL
) STRICT;
INSERT INTO "study_plans" VALUES(1,'molukkenplantsoen','path',1795224000,'0.1.0','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','{}');
CREATE TABLE study_results (
    id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES studies(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, who TEXT NOT NULL, version TEXT NOT NULL,
    registration_sha256 TEXT NOT NULL, data_sha256 TEXT NOT NULL, result TEXT NOT NULL
) STRICT;
INSERT INTO "study_results" VALUES(1,1,1795224003,'anna','0.1.0','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb','{}');
CREATE TABLE study_switches (
    study_id INTEGER NOT NULL REFERENCES studies(id) ON DELETE CASCADE, week INTEGER NOT NULL,
    arm TEXT NOT NULL, utc_s INTEGER NOT NULL, lamps INTEGER NOT NULL,
    before TEXT NOT NULL, PRIMARY KEY (study_id, week)
) STRICT, WITHOUT ROWID;
INSERT INTO "study_switches" VALUES(1,0,'on',1795224002,1,'{"lamp-1":{"base_pct":15}}');
CREATE TABLE targets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE, zone TEXT, light TEXT NOT NULL,
    baseline_from_day INTEGER NOT NULL, baseline_to_day INTEGER NOT NULL,
    baseline_count INTEGER NOT NULL, baseline_obs_s INTEGER NOT NULL,
    baseline_due_s INTEGER NOT NULL, target_rate_per_h REAL, due_day INTEGER,
    agreed_day INTEGER NOT NULL, agreed_by TEXT NOT NULL, noted_utc_s INTEGER NOT NULL,
    who TEXT NOT NULL, withdrawn_utc_s INTEGER, withdrawn_by TEXT, withdrawn_why TEXT,
    CHECK (baseline_from_day <= baseline_to_day),
    CHECK ((target_rate_per_h IS NULL) = (due_day IS NULL))
) STRICT;
INSERT INTO "targets" VALUES(1,'molukkenplantsoen',NULL,'dark_on',20724,20765,420,144000,151200,12.6,21152,20777,'quarter meeting',1795224000,'anna',NULL,NULL,NULL);
CREATE TABLE "usage_hour" (
    node_id INTEGER NOT NULL REFERENCES nodes(id), hour_utc_s INTEGER NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'twilight', 'dark_on', 'dark_off')),
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    near_s INTEGER NOT NULL, near_obs_s INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, due_s INTEGER NOT NULL,
    late_s INTEGER NOT NULL, length_s INTEGER NOT NULL, rev INTEGER NOT NULL,
    PRIMARY KEY (node_id, hour_utc_s)
) STRICT, WITHOUT ROWID;
INSERT INTO "usage_hour" VALUES(1,1795219200,'dark_off',0,0,0,0,0,0,0,0,0,2400,0,3600,5);
INSERT INTO "usage_hour" VALUES(1,1795222800,'dark_off',0,0,3,2700,27,15,3,2700,2700,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(1,1795226400,'dark_off',0,0,18,3600,36,20,18,3600,3600,3600,0,3600,4);
INSERT INTO "usage_hour" VALUES(1,1795230000,'dark_off',0,0,7,900,9,5,7,900,900,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(1,1795233600,'dark_off',0,0,0,0,0,0,0,0,0,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(1,1795237200,'dark_off',0,0,0,0,0,0,0,0,0,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(2,1795219200,'dark_off',0,0,0,0,0,0,0,0,0,2400,0,3600,5);
INSERT INTO "usage_hour" VALUES(2,1795222800,'dark_off',3,15,0,0,0,0,0,0,2694,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(2,1795226400,'dark_off',18,20,0,0,0,0,0,0,3592,3600,0,3600,3);
INSERT INTO "usage_hour" VALUES(2,1795230000,'dark_off',7,5,0,0,0,0,0,0,898,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(2,1795233600,'dark_off',0,0,0,0,0,0,0,0,0,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(2,1795237200,'dark_off',0,0,0,0,0,0,0,0,0,3600,0,3600,5);
INSERT INTO "usage_hour" VALUES(3,1795219200,'dark_off',0,0,0,0,0,0,0,0,0,2400,0,3600,5);
INSERT INTO "usage_hour" VALUES(3,1795222800,'dark_off',0,0,0,0,0,0,0,0,0,1200,0,3600,5);
CREATE TABLE usage_pruned (
    node_id INTEGER NOT NULL REFERENCES nodes(id), hour_utc_s INTEGER NOT NULL,
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, dt_s INTEGER NOT NULL, near_s INTEGER NOT NULL DEFAULT 0, near_obs_s INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (node_id, hour_utc_s)
) STRICT, WITHOUT ROWID;
INSERT INTO "usage_pruned" VALUES(1,1795222800,0,0,1,1800,18,10,1800,1800,1,1800);
INSERT INTO "usage_pruned" VALUES(2,1795222800,1,10,0,0,0,0,1796,1800,0,0);
CREATE TABLE usage_stale (
    node_id INTEGER PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
    from_utc_s INTEGER NOT NULL, to_utc_s INTEGER NOT NULL
) STRICT;
INSERT INTO "usage_stale" VALUES(1,0,4611686018427387904);
CREATE TABLE "zone_hour" (
    site TEXT NOT NULL, zone TEXT NOT NULL, hour_utc_s INTEGER NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'twilight', 'dark_on', 'dark_off')),
    day INTEGER NOT NULL, hour INTEGER NOT NULL,
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    near_s INTEGER NOT NULL, near_obs_s INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, due_s INTEGER NOT NULL,
    lamp_obs_s INTEGER NOT NULL, lamp_due_s INTEGER NOT NULL,
    counters INTEGER NOT NULL, lamps INTEGER NOT NULL,
    sim_counters INTEGER NOT NULL, sim_lamps INTEGER NOT NULL,
    counter_s INTEGER NOT NULL, lamp_s INTEGER NOT NULL,
    PRIMARY KEY (site, zone, hour_utc_s, light)
) STRICT, WITHOUT ROWID;
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','',1795219200,'dark_off',20778,1,0,0,0,0,0,0,0,0,0,2400,0,4800,1,2,0,0,3600,7200);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','',1795222800,'dark_off',20778,2,3,15,3,2700,27,15,3,2700,2694,3600,2700,4800,1,2,0,0,3600,7200);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','',1795226400,'dark_off',20778,3,18,20,18,3600,36,20,18,3600,3592,3600,3600,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','',1795230000,'dark_off',20778,4,7,5,7,900,9,5,7,900,898,3600,900,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','',1795233600,'dark_off',20778,5,0,0,0,0,0,0,0,0,0,3600,0,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','',1795237200,'dark_off',20778,6,0,0,0,0,0,0,0,0,0,3600,0,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','path',1795219200,'dark_off',20778,1,0,0,0,0,0,0,0,0,0,2400,0,2400,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','path',1795222800,'dark_off',20778,2,3,15,3,2700,27,15,3,2700,2694,3600,2700,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','path',1795226400,'dark_off',20778,3,18,20,18,3600,36,20,18,3600,3592,3600,3600,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','path',1795230000,'dark_off',20778,4,7,5,7,900,9,5,7,900,898,3600,900,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','path',1795233600,'dark_off',20778,5,0,0,0,0,0,0,0,0,0,3600,0,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','path',1795237200,'dark_off',20778,6,0,0,0,0,0,0,0,0,0,3600,0,3600,1,1,0,0,3600,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','pond',1795219200,'dark_off',20778,1,0,0,0,0,0,0,0,0,0,0,0,2400,0,1,0,0,0,3600);
INSERT INTO "zone_hour" VALUES('molukkenplantsoen','pond',1795222800,'dark_off',20778,2,0,0,0,0,0,0,0,0,0,0,0,1200,0,1,0,0,0,3600);
CREATE TABLE zone_stale (
    site TEXT NOT NULL, zone TEXT NOT NULL, from_utc_s INTEGER NOT NULL,
    PRIMARY KEY (site, zone)
) STRICT, WITHOUT ROWID;
INSERT INTO "zone_stale" VALUES('molukkenplantsoen','path',0);
INSERT INTO "zone_stale" VALUES('molukkenplantsoen','pond',0);
CREATE TABLE zone_windows (
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE, zone TEXT NOT NULL,
    windows TEXT NOT NULL, PRIMARY KEY (site, zone)
) STRICT, WITHOUT ROWID;
INSERT INTO "zone_windows" VALUES('molukkenplantsoen','path','[[0, "sunset", 0, "22:00"]]');
INSERT INTO "zone_windows" VALUES('molukkenplantsoen','pond','[[0, "sunset", 0, "22:00"]]');
CREATE TABLE zones (
    site TEXT NOT NULL REFERENCES sites(name), name TEXT NOT NULL, title TEXT NOT NULL,
    lat REAL, lon REAL,
    PRIMARY KEY (site, name)
) STRICT;
INSERT INTO "zones" VALUES('molukkenplantsoen','path','path',NULL,NULL);
INSERT INTO "zones" VALUES('molukkenplantsoen','pond','pond',NULL,NULL);
CREATE INDEX nodes_by_site ON nodes (site, zone);
CREATE INDEX nodes_real ON nodes (site, role, added_utc_s) WHERE NOT simulated;
CREATE TRIGGER presence_on_change AFTER UPDATE OF state ON node_state
    WHEN new.state IS NOT old.state AND (new.state = 'ready' OR old.state = 'ready')
    BEGIN
        INSERT INTO presence (node_id, utc_s, online)
            VALUES (new.node_id, new.since_utc_s, new.state = 'ready');
    END;
CREATE INDEX commands_by_node ON commands (node_id, seq);
CREATE INDEX commands_open ON commands (seq) WHERE ok IS NULL;
CREATE INDEX quarantine_by_node ON quarantine (node);
CREATE INDEX quarantine_acknowledged ON quarantine (id) WHERE acknowledged;
CREATE INDEX quarantine_passing ON quarantine (id) WHERE acknowledged = 0;
CREATE INDEX lamp_by_block ON lamp (id >> 14, node_id, boot, seq);
CREATE INDEX footfall_by_block ON footfall (id >> 14, node_id, boot, seq);
CREATE INDEX health_by_block ON health (id >> 14, node_id, boot, seq);
CREATE INDEX fault_by_time ON fault (t);
CREATE INDEX attribute_log_by_node ON attribute_log (node_id, id);
CREATE INDEX attribute_log_by_site ON attribute_log (site, id);
CREATE INDEX node_places_by_site ON node_places (site, zone, node_id);
CREATE INDEX removed_nodes_wished ON removed_nodes (id) WHERE NOT wish_cleared;
CREATE INDEX usage_hour_by_rev ON usage_hour (rev);
CREATE INDEX usage_hour_late ON usage_hour (hour_utc_s, late_s) WHERE late_s > 0;
CREATE INDEX settings_in_force_by_node ON settings_in_force (node_id, id);
CREATE TRIGGER studies_stay BEFORE UPDATE ON studies BEGIN
    SELECT RAISE(ABORT, 'a registered study does not change: amend it');
END;
CREATE TRIGGER study_amendments_stay BEFORE UPDATE ON study_amendments BEGIN
    SELECT RAISE(ABORT, 'an amendment does not change: make another one');
END;
CREATE INDEX study_results_by_study ON study_results (study_id, id);
CREATE TRIGGER study_results_stay BEFORE UPDATE ON study_results BEGIN
    SELECT RAISE(ABORT, 'a result does not change: run the study again');
END;
CREATE INDEX study_jobs_open ON study_jobs (id) WHERE ended_utc_s IS NULL;
CREATE INDEX diary_by_site ON diary (site, from_day);
CREATE INDEX targets_by_site ON targets (site, agreed_day);
CREATE INDEX quarter_actions_by_sheet ON quarter_actions (sheet_id, place);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('diary',3);
INSERT INTO "sqlite_sequence" VALUES('targets',1);
COMMIT;
