"""Which modules are mutated, and the tests that pin each of them: the quickest first."""

MODULES: dict[str, tuple[str, ...]] = {
    # Nothing lost
    "firmware/node/keep/segments.py": (
        "tests/firmware/test_segments.py",
        "tests/firmware/test_spool_damage.py",
        "tests/firmware/test_spool.py",
        "tests/firmware/test_recorder.py",
    ),
    "firmware/node/keep/spool.py": (
        "tests/firmware/test_spool.py",
        "tests/firmware/test_segments.py",
        "tests/firmware/test_spool_damage.py",
        "tests/firmware/test_recorder.py",
    ),
    "hub/padlicht/ledger/records/identity_index.py": (
        "tests/hub/test_identity_index.py",
        "tests/hub/test_seen.py",
        "tests/hub/test_ledger_identity.py",
        "tests/hub/test_ledger_pruning.py",
    ),
    "hub/padlicht/ledger/records/identity_ranges.py": (
        "tests/hub/test_identity_ranges.py",
        "tests/hub/test_seen.py",
        "tests/hub/test_ledger_identity.py",
        "tests/hub/test_ledger_pruning.py",
    ),
    "hub/padlicht/ledger/records/insert.py": (
        "tests/hub/test_ledger_late_health.py",
        "tests/hub/test_ledger.py",
        "tests/hub/test_ledger_identity.py",
        "tests/hub/test_ledger_records.py",
        "tests/hub/test_intake_batches.py",
    ),
    "hub/padlicht/ledger/tables/quarantine.py": (
        "tests/hub/test_quarantine_table.py",
        "tests/hub/test_seen.py",
        "tests/hub/test_ledger.py",
        "tests/hub/test_quarantine.py",
    ),
    "hub/padlicht/intake/decode.py": (
        "tests/hub/test_intake_sorting.py",
        "tests/hub/test_intake_batches.py",
        "tests/hub/test_intake.py",
    ),
    "hub/padlicht/intake/store.py": (
        "tests/hub/test_intake_sorting.py",
        "tests/hub/test_intake_batches.py",
        "tests/hub/test_intake.py",
    ),
    # Nobody gets in
    "hub/padlicht/accounts/login_throttle.py": ("tests/accounts/test_throttle.py",),
    "hub/padlicht/web/auth/guard.py": (
        "tests/accounts/test_door_troubles.py",
        "tests/accounts/test_door.py",
        "tests/accounts/test_login_form.py",
        "tests/accounts/test_served.py",
    ),
    "hub/padlicht/broker/acl.py": ("tests/broker/test_fence.py",),
    # Small counts stay hidden
    "hub/padlicht/usage/open_figures.py": ("tests/hub/test_open_figures.py",),
    # The lamp is lit, and the animals have their night
    "firmware/boot.py": (
        "tests/firmware/test_slots_power.py",
        "tests/firmware/test_slots.py",
    ),
    "firmware/node/keep/clock.py": ("tests/firmware/test_clock.py",),
    "firmware/node/light/gate.py": (
        "tests/firmware/test_dusk.py",
        "tests/firmware/test_ambient_gate.py",
    ),
    "firmware/node/light/window.py": ("tests/firmware/test_window.py",),
    # Passages are counted right
    "firmware/node/count/tally.py": (
        "tests/firmware/test_tally_exact.py",
        "tests/firmware/test_tally.py",
    ),
    "firmware/node/count/tracks.py": (
        "tests/firmware/test_tracks_exact.py",
        "tests/firmware/test_tracks.py",
    ),
    # Node and hub understand each other
    "firmware/node/link/packets.py": (
        "tests/firmware/test_packets.py",
        "tests/firmware/test_packets_long.py",
        "tests/firmware/test_mqtt.py",
    ),
}
