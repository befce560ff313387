"""Which modules are mutated, and the tests that pin each of them: the quickest first."""

MODULES: dict[str, tuple[str, ...]] = {
    # Nothing lost
    "firmware/node/keep/segments.py": (
        "tests/firmware/keep/test_segments.py",
        "tests/firmware/keep/test_spool_damage.py",
        "tests/firmware/keep/test_spool.py",
        "tests/firmware/app/test_recorder.py",
    ),
    "firmware/node/keep/spool.py": (
        "tests/firmware/keep/test_spool.py",
        "tests/firmware/keep/test_segments.py",
        "tests/firmware/keep/test_spool_damage.py",
        "tests/firmware/app/test_recorder.py",
    ),
    "hub/padlicht/ledger/records/identity_index.py": (
        "tests/ledger/test_identity_memory.py",
        "tests/ledger/test_identity_index.py",
        "tests/ledger/test_ledger_identity.py",
        "tests/ledger/test_retention.py",
    ),
    "hub/padlicht/ledger/records/identity_ranges.py": (
        "tests/ledger/test_identity_ranges.py",
        "tests/ledger/test_identity_index.py",
        "tests/ledger/test_ledger_identity.py",
        "tests/ledger/test_retention.py",
    ),
    "hub/padlicht/ledger/records/records.py": (
        "tests/ledger/test_late_health.py",
        "tests/ledger/test_ledger.py",
        "tests/ledger/test_ledger_identity.py",
        "tests/ledger/test_ledger_records.py",
        "tests/intake/test_intake_batches.py",
    ),
    "hub/padlicht/ledger/tables/quarantine.py": (
        "tests/ledger/test_quarantine_table.py",
        "tests/ledger/test_identity_index.py",
        "tests/ledger/test_ledger.py",
        "tests/intake/test_quarantine.py",
        "tests/intake/test_quarantine_cli.py",
    ),
    "hub/padlicht/intake/decode.py": (
        "tests/intake/test_decode.py",
        "tests/intake/test_intake_batches.py",
        "tests/intake/test_intake.py",
    ),
    "hub/padlicht/intake/store.py": (
        "tests/intake/test_decode.py",
        "tests/intake/test_intake_batches.py",
        "tests/intake/test_intake.py",
    ),
    # Nobody gets in
    "hub/padlicht/accounts/login_throttle.py": ("tests/accounts/test_throttle.py",),
    "hub/padlicht/web/login_guard.py": (
        "tests/accounts/test_login_guard_troubles.py",
        "tests/accounts/test_login_guard.py",
        "tests/accounts/test_login_form.py",
        "tests/accounts/test_served.py",
    ),
    "hub/padlicht/broker/acl.py": ("tests/broker/test_fence.py",),
    # Small counts stay hidden
    "hub/padlicht/usage/open_figures.py": ("tests/usage/test_open_figures.py",),
    # The lamp is lit, and the animals have their night
    "firmware/boot.py": (
        "tests/firmware/keep/test_slots_power.py",
        "tests/firmware/keep/test_slots.py",
    ),
    "firmware/node/keep/clock.py": ("tests/firmware/keep/test_clock.py",),
    "firmware/node/light/dusk.py": (
        "tests/firmware/light/test_dusk_edges.py",
        "tests/firmware/light/test_dusk.py",
    ),
    "firmware/node/light/life.py": (
        "tests/firmware/light/test_life.py",
        "tests/firmware/light/test_stays.py",
    ),
    "firmware/node/light/presence.py": (
        "tests/firmware/light/test_lamp_motion.py",
        "tests/firmware/light/test_lamp.py",
        "tests/firmware/app/test_lamp_reach.py",
        "tests/firmware/light/test_stays.py",
    ),
    "firmware/node/light/schedule.py": ("tests/firmware/light/test_window.py",),
    # Passages are counted right
    "firmware/node/count/tally.py": (
        "tests/firmware/count/test_tally_exact.py",
        "tests/firmware/count/test_tally.py",
    ),
    "firmware/node/count/tracks.py": (
        "tests/firmware/count/test_tracks_exact.py",
        "tests/firmware/count/test_tracks.py",
    ),
    # Node and hub understand each other
    "firmware/node/link/packets.py": (
        "tests/firmware/link/test_packets.py",
        "tests/firmware/link/test_packets_long.py",
        "tests/firmware/link/test_mqtt.py",
    ),
}
