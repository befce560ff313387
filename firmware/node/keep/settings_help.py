"""What each setting of `settings.SCHEMA` means, for people: the hub reads it, and no board does."""

HELP = {
    "base_pct": "light output while nobody is near",
    "boost_pct": "light output while somebody is near",
    "reach_cm": "how near somebody must come for the boost",
    "mount_cm": "height of the radar above the path; 130 is that of the chest that it sees",
    "fade_up_ms": "how long the light takes to rise",
    "hold_s": "how long the boost stays after the last movement",
    "fade_down_s": "how long the light takes to fall back",
    "start_at": "what the evening begins with",
    "start_offset_min": "how long after that the light comes on",
    "end_at": "when it begins to go out: dark within 30 s, or after end_grace_s",
    "end_grace_s": "base light from end_at on, if somebody is near then or was within hold_s",
    "without_clock": "what begins the evening while the time is not known: the "
    "light sensor, or nothing",
    "clockless_h": "how long the light stays on then, from dusk",
    "lux_gate": "light comes on below this, sun or no sun",
    "stuck_pct": "share of 15 min with somebody near, and not one sign of life, that means a stuck "
    "sensor",
    "stay": "a place to stay at: full light as long as somebody is there, stuck sensor or not",
    "confirm": "radar frames that must agree on somebody near",
    "pwm_hz": "how often the driver switches the light",
    "line_mm": "the line to count across",
    "hysteresis_mm": "how far beyond the line a side begins",
    "settle": "frames in a row on a side before it counts",
    "coast_ms": "how long somebody may go unseen",
    "report_min": "length of a reported interval",
    "lat_e4": "latitude, north is positive",
    "lon_e4": "longitude, east is positive",
    "tz": "local time as a POSIX TZ string",
}
