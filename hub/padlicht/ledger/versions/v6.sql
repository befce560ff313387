-- Schema 6: the dark is parted into lamps on and lamps off; studies, and what they are held against.

-- The dark is 'dark_on' in the lamps' window and 'dark_off' outside of it. An hour in which the
-- window begins or ends has two parts (`late_s`); `length_s` is how long an hour, or a part, is.
CREATE TABLE usage_hour_6 (
    node_id INTEGER NOT NULL REFERENCES nodes(id), hour_utc_s INTEGER NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'twilight', 'dark_on', 'dark_off')),
    count_in INTEGER NOT NULL, count_out INTEGER NOT NULL, trig INTEGER NOT NULL,
    lit_s INTEGER NOT NULL, boost_s INTEGER NOT NULL, mwh INTEGER NOT NULL,
    near_s INTEGER NOT NULL, near_obs_s INTEGER NOT NULL,
    obs_s INTEGER NOT NULL, due_s INTEGER NOT NULL,
    late_s INTEGER NOT NULL, length_s INTEGER NOT NULL, rev INTEGER NOT NULL,
    PRIMARY KEY (node_id, hour_utc_s)
) STRICT, WITHOUT ROWID;
INSERT INTO usage_hour_6
    SELECT node_id, hour_utc_s, iif(light = 'dark', 'dark_off', light), count_in, count_out, trig,
        lit_s, boost_s, mwh, near_s, near_obs_s, obs_s, due_s, late_s, 3600, rev FROM usage_hour;
DROP TABLE usage_hour;
ALTER TABLE usage_hour_6 RENAME TO usage_hour;
CREATE INDEX usage_hour_by_rev ON usage_hour (rev);
CREATE INDEX usage_hour_late ON usage_hour (hour_utc_s, late_s) WHERE late_s > 0;

-- `counter_s` and `lamp_s`: the lengths of the hours of counters and of lamps, in sum.
CREATE TABLE zone_hour_6 (
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
INSERT INTO zone_hour_6
    SELECT site, zone, hour_utc_s, iif(light = 'dark', 'dark_off', light), day, hour, count_in,
        count_out, trig, lit_s, boost_s, mwh, near_s, near_obs_s, obs_s, due_s, lamp_obs_s,
        lamp_due_s, counters, lamps, sim_counters, sim_lamps, 3600 * counters, 3600 * lamps
    FROM zone_hour;
DROP TABLE zone_hour;
ALTER TABLE zone_hour_6 RENAME TO zone_hour;

-- Which settings a node said were in force, each time that it said others than before. Version 0 is
-- how it was delivered.
CREATE TABLE settings_in_force (
    id INTEGER PRIMARY KEY, node_id INTEGER NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX settings_in_force_by_node ON settings_in_force (node_id, id);
INSERT INTO settings_in_force (node_id, utc_s, version)
    SELECT node_id, confirmed_utc_s, version FROM settings_log WHERE confirmed_utc_s IS NOT NULL
    ORDER BY confirmed_utc_s, node_id, version;

-- The lamps' windows by which the hours of a zone were parted, as JSON: [from_utc_s, start_at,
-- start_offset_min, end_at] of each. The roll-up holds them against what is known now.
CREATE TABLE zone_windows (
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE, zone TEXT NOT NULL,
    windows TEXT NOT NULL, PRIMARY KEY (site, zone)
) STRICT, WITHOUT ROWID;

-- All hours are added up anew from the records, and copies elsewhere write theirs anew.
INSERT INTO usage_stale SELECT DISTINCT node_id, 0, 4611686018427387904 FROM usage_hour WHERE TRUE
    ON CONFLICT DO UPDATE SET from_utc_s = excluded.from_utc_s, to_utc_s = excluded.to_utc_s;
INSERT INTO zone_stale SELECT DISTINCT site, zone, 0 FROM zone_hour WHERE zone <> ''
    ON CONFLICT DO UPDATE SET from_utc_s = excluded.from_utc_s;
INSERT INTO rewrites (site, from_utc_s, to_utc_s)
    SELECT DISTINCT site, 0, 4611686018427387904 FROM zone_hour;
-- Studies: what somebody wants to know of a park, registered before its numbers are looked at.
-- `registration` is JSON and never changes: what has to be otherwise is an amendment, dated and
-- reasoned, and printed beside it for ever.
CREATE TABLE studies (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    name TEXT NOT NULL UNIQUE, utc_s INTEGER NOT NULL, who TEXT NOT NULL, registration TEXT NOT NULL
) STRICT;
CREATE TABLE study_amendments (
    id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES studies(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, changes TEXT NOT NULL
) STRICT;
CREATE TRIGGER studies_stay BEFORE UPDATE ON studies BEGIN
    SELECT RAISE(ABORT, 'a registered study does not change: amend it');
END;
CREATE TRIGGER study_amendments_stay BEFORE UPDATE ON study_amendments BEGIN
    SELECT RAISE(ABORT, 'an amendment does not change: make another one');
END;

-- What the hub switched of a try-out: at the beginning of which week (0 is the first) to which arm
-- ("on", "off", and in the end "back"), for how many lamps. `before`: what lamps had that are
-- switched for the first time, by name; they get it back.
CREATE TABLE study_switches (
    study_id INTEGER NOT NULL REFERENCES studies(id) ON DELETE CASCADE, week INTEGER NOT NULL,
    arm TEXT NOT NULL, utc_s INTEGER NOT NULL, lamps INTEGER NOT NULL,
    before TEXT NOT NULL, PRIMARY KEY (study_id, week)
) STRICT, WITHOUT ROWID;

-- What came out of a study, and of what: the hashes of its registration (with its amendments) and
-- of its data, and the version of the software. The first is the verdict; one that comes later was
-- made of other data or by another version.
CREATE TABLE study_results (
    id INTEGER PRIMARY KEY, study_id INTEGER NOT NULL REFERENCES studies(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, who TEXT NOT NULL, version TEXT NOT NULL,
    registration_sha256 TEXT NOT NULL, data_sha256 TEXT NOT NULL, result TEXT NOT NULL
) STRICT;
CREATE INDEX study_results_by_study ON study_results (study_id, id);
CREATE TRIGGER study_results_stay BEFORE UPDATE ON study_results BEGIN
    SELECT RAISE(ABORT, 'a result does not change: run the study again');
END;

-- The dots of a study that is not over: no ratio, no interval, no verdict. The newest only.
CREATE TABLE study_looks (
    study_id INTEGER PRIMARY KEY REFERENCES studies(id) ON DELETE CASCADE,
    utc_s INTEGER NOT NULL, data_sha256 TEXT NOT NULL, result TEXT NOT NULL
) STRICT;

-- How many weeks a study would need, worked out on a park's own past. An empty `zone` is the park.
CREATE TABLE study_plans (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    zone TEXT NOT NULL, utc_s INTEGER NOT NULL, version TEXT NOT NULL,
    data_sha256 TEXT NOT NULL, result TEXT NOT NULL
) STRICT;

-- Statistics are worked out by a process of its own, which says here how far it is. `subject` is
-- the study's name, or of a plan its zones. A hub begins what waits for one.
CREATE TABLE study_jobs (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('run', 'plan')), subject TEXT NOT NULL, who TEXT NOT NULL,
    asked_utc_s INTEGER NOT NULL, begun_utc_s INTEGER, stage TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0, total INTEGER NOT NULL DEFAULT 0,
    ended_utc_s INTEGER, error TEXT
) STRICT;
CREATE INDEX study_jobs_open ON study_jobs (id) WHERE ended_utc_s IS NULL;

-- What a lamp draws at full light, in milliwatts, as it is now; NULL while nobody said it. Its
-- history is in attribute_log, as that of place and role (attribute rated_mw).
ALTER TABLE nodes ADD COLUMN rated_mw INTEGER;

-- What a counter's two directions are called, as it is now; NULL while nobody said it. Their history
-- is in attribute_log, too (attribute ways: [way_in, way_out]).
ALTER TABLE nodes ADD COLUMN way_in TEXT;
ALTER TABLE nodes ADD COLUMN way_out TEXT;

-- The diary: what else may have moved people on local days `from_day` to `to_day` (days since
-- 1970-01-01), in the whole park or in a zone; what is not `public` is kept quiet. Rows only come:
-- one with `withdraws` takes back an earlier one, and its text says why.
CREATE TABLE diary (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE, zone TEXT,
    from_day INTEGER NOT NULL, to_day INTEGER NOT NULL, text TEXT NOT NULL, public INTEGER NOT NULL,
    noted_utc_s INTEGER NOT NULL, who TEXT NOT NULL,
    withdraws INTEGER UNIQUE REFERENCES diary(id) ON DELETE CASCADE, CHECK (from_day <= to_day)
) STRICT;
CREATE INDEX diary_by_site ON diary (site, from_day);

-- What was agreed: the baseline of a place (site, or a zone of it) in one light, in passages per
-- watched hour as they were known when it was agreed, and (or NULL) what is aimed at by `due_day`.
-- It holds from `agreed_day` until the next one of that place and light.
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
CREATE INDEX targets_by_site ON targets (site, agreed_day);

-- Quarter sheets: the conversation of a quarter, one page per park: `quarter` is written 2026-Q4.
-- Every save is a `revision`, so that two laptops do not write over each other unseen. What is
-- closed stays as it is, with the figures that were looked at (JSON).
CREATE TABLE quarter_sheets (
    id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES sites(name) ON DELETE CASCADE,
    quarter TEXT NOT NULL, revision INTEGER NOT NULL, held_on TEXT NOT NULL, present TEXT NOT NULL,
    going_on TEXT NOT NULL, goes_well TEXT NOT NULL, saved_utc_s INTEGER NOT NULL,
    saved_by TEXT NOT NULL, closed_utc_s INTEGER, closed_by TEXT, figures TEXT,
    UNIQUE (site, quarter)
) STRICT;

-- What was agreed on a sheet: who does what by which day.
CREATE TABLE quarter_actions (
    id INTEGER PRIMARY KEY,
    sheet_id INTEGER NOT NULL REFERENCES quarter_sheets(id) ON DELETE CASCADE,
    place INTEGER NOT NULL, what TEXT NOT NULL, owner TEXT NOT NULL, due_day TEXT NOT NULL
) STRICT;
CREATE INDEX quarter_actions_by_sheet ON quarter_actions (sheet_id, place);

-- What a later sheet says has become of it: `done` and `dropped` end it, `going` carries it on.
CREATE TABLE quarter_outcomes (
    action_id INTEGER NOT NULL REFERENCES quarter_actions(id) ON DELETE CASCADE,
    sheet_id INTEGER NOT NULL REFERENCES quarter_sheets(id) ON DELETE CASCADE,
    outcome TEXT NOT NULL CHECK (outcome IN ('done', 'going', 'dropped')), note TEXT NOT NULL,
    PRIMARY KEY (action_id, sheet_id)
) STRICT, WITHOUT ROWID;
