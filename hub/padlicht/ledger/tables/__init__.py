"""The ledger by table: sites, nodes, states, settings, commands, cursors, quarantine."""
