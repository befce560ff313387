"""What tests need to know about paho, the MQTT client by other hands."""

import paho.mqtt.client as paho


def retire(client: paho.Client) -> None:
    """Stop a client's thread and close all its sockets.

    paho leaves the pair of sockets that wakes its thread to the garbage collector, which may find
    them before the client: a warning, and so a failure, in whatever test runs just then.
    """
    client.loop_stop()
    client._reset_sockets()
