"""From the broker into the ledger: MQTT session → decode → store → acknowledge.

The journey of a record: `mqtt_connection` reads the socket and `mqtt_packets` splits packets from
it; `intake.Intake.handle` gets the batch; `store.BatchStorer` has `decode` sort it by where it goes
and adds it to `ledger.records` (deduplicated) in one commit; `intake` answers with `down/ack`.
"""
