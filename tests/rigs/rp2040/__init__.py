"""An emulated RP2040 with our image, what hangs on it, and nodes that live on it."""
