-- Schema 4: how long somebody was near a lamp, and how much stack and how many ticks a board had.

-- NULL: its firmware does not say, or said it to a hub that did not know the word yet.
ALTER TABLE lamp ADD COLUMN near_s INTEGER;
ALTER TABLE health ADD COLUMN stack INTEGER;
ALTER TABLE health ADD COLUMN ticks_lost INTEGER;

-- `near_obs_s` is how long those lamps watched that say `near_s`: without it, 0 says nothing.
ALTER TABLE usage_hour ADD COLUMN near_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_hour ADD COLUMN near_obs_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE zone_hour ADD COLUMN near_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE zone_hour ADD COLUMN near_obs_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_pruned ADD COLUMN near_s INTEGER NOT NULL DEFAULT 0;
ALTER TABLE usage_pruned ADD COLUMN near_obs_s INTEGER NOT NULL DEFAULT 0;
