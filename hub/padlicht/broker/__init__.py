"""The hub's own mosquitto: keys, fence, process."""
