"""When nodes are on duty and lamps are meant to be lit: what parts the hours of use."""
