-- What people say, apart from the ledger: participation.sqlite in the data folder.

-- The sheet of eight: rounds in which it is asked, sheets, and what was written on them.
CREATE TABLE IF NOT EXISTS survey_rounds (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    title TEXT NOT NULL,
    code TEXT NOT NULL UNIQUE,
    letterbox_code TEXT NOT NULL UNIQUE,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    delete_after TEXT NOT NULL,
    contact TEXT NOT NULL,
    decides TEXT NOT NULL,
    asked INTEGER CHECK (asked >= 0),
    letterbox_asked INTEGER CHECK (letterbox_asked >= 0),
    missing TEXT NOT NULL DEFAULT '',
    happened TEXT NOT NULL DEFAULT '',
    pair_key BLOB NOT NULL,
    who TEXT NOT NULL,
    added_utc_s INTEGER NOT NULL,
    summary TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS survey_sheets (
    id INTEGER PRIMARY KEY,
    round_id INTEGER NOT NULL REFERENCES survey_rounds (id) ON DELETE CASCADE,
    once BLOB NOT NULL,
    day TEXT NOT NULL,
    light TEXT NOT NULL CHECK (light IN ('day', 'dark')),
    place TEXT NOT NULL CHECK (place IN ('spot', 'letterbox')),
    way TEXT NOT NULL CHECK (way IN ('phone', 'paper', 'helped')),
    pair BLOB,
    q1 INTEGER CHECK (q1 BETWEEN 0 AND 6),
    q2 INTEGER CHECK (q2 BETWEEN 0 AND 6),
    q3 INTEGER CHECK (q3 BETWEEN 0 AND 6),
    q4 INTEGER CHECK (q4 BETWEEN 0 AND 6),
    q5 INTEGER CHECK (q5 BETWEEN 0 AND 6),
    q6 INTEGER CHECK (q6 BETWEEN 0 AND 6),
    often INTEGER CHECK (often BETWEEN 0 AND 3),
    role TEXT CHECK (role IN ('resident', 'young', 'worker', 'entrepreneur', 'official')),
    age TEXT CHECK (age IN ('12-24', '25-64', '65+')),
    UNIQUE (round_id, once, light)
) STRICT;
CREATE TABLE IF NOT EXISTS survey_texts (
    id INTEGER PRIMARY KEY,
    sheet_id INTEGER NOT NULL REFERENCES survey_sheets (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('good', 'change')),
    text TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'shown', 'removed')),
    why TEXT NOT NULL DEFAULT '',
    moderator TEXT NOT NULL DEFAULT '',
    moderated_utc_s INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS survey_sheets_of_round ON survey_sheets (round_id);
CREATE INDEX IF NOT EXISTS survey_texts_of_sheet ON survey_texts (sheet_id);

-- What people saw at the path: hand counts, observations, points of walks. The same sheet handed in
-- twice is one.
CREATE TABLE IF NOT EXISTS visits (
    id INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('count', 'observation', 'walk')),
    once TEXT NOT NULL,
    day TEXT NOT NULL,
    begin_utc_s INTEGER NOT NULL,
    place TEXT NOT NULL,
    light TEXT NOT NULL,
    sheet TEXT NOT NULL,
    who TEXT NOT NULL,
    received_utc_s INTEGER NOT NULL,
    delete_after TEXT NOT NULL,
    UNIQUE (once, kind, site, begin_utc_s, place, light, sheet)
) STRICT;
