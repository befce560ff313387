"""The hub's own mosquitto: certificates, access control list, configuration, process."""
