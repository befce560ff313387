"""Pin map: which pin does what, and why that one. Data only.

What holds on every board: the driver that switches the light has a resistor of 4.7 kΩ from its gate
to ground, so that a board which is off, resets or starts leaves the lamp dark. Numbers are GPIO
numbers, not places on the header.
"""

# Raspberry Pi Pico W and Pico 2 W have the same header and use it in the same way.
PICO = {
    # PWM slice 7 B. Nothing else here uses slice 7, so nothing can change the light's frequency.
    # From reset on an input with a pull-down: dark. Beside a ground pin, at the end of its side.
    "lamp": 15,
    # UART 1; UART 0 on GPIO 0 and 1 stays free for a console. Transmit, receive and the motion
    # pin stand side by side: one plug for the radar.
    "uart": 1,
    "radar_tx": 4,
    "radar_rx": 5,
    # OUT of the radar or of a PIR, pulled down: a cut cable is nobody. The RP2350 up to stepping A3
    # may hold a pin that is only pulled down from inside at 2 V once it was high (erratum E9), so
    # a Pico 2 W wants 4.7 kΩ to ground here as well.
    "motion": 6,
    # I2C 0, next to the radar's plug and to ground. The sensors' boards bring the pull-ups.
    "i2c": 0,
    "sda": 8,
    "scl": 9,
    # Side by side, as a PIO program that counts by itself would want them. Pulled up: a receiver
    # pulls down while it sees its light, so a cut cable is a broken beam, which is noticed.
    "beam_a": 10,
    "beam_b": 11,
    # On the board; it hangs on the Wi-Fi chip, not on a GPIO.
    "led": "LED",
}

# ESP32-S3 modules and the DevKitC. Never used here: 0, 3, 45, 46 (read at reset to choose how to
# start), 19, 20 (USB), 26 to 37 (flash and PSRAM), 43, 44 (console).
ESP32_S3 = {
    # Any GPIO can have PWM. This one is an input until it is set up, and no glitch of it at power
    # up is high: 18, 19 and 20 have such.
    "lamp": 4,
    # UART 1 beside the console's UART 0; the radar's plug: 16, 17, 18 side by side. The glitch of
    # 18 does no harm to an input.
    "uart": 1,
    "radar_tx": 17,
    "radar_rx": 18,
    "motion": 16,
    # Where the vendor's own examples have I2C.
    "i2c": 0,
    "sda": 8,
    "scl": 9,
    # Side by side; the pulse counter can take any pin.
    "beam_a": 10,
    "beam_b": 11,
    # A plain LED to ground with its resistor: the DevKit's own is an RGB LED, on 48 or on 38,
    # depending on its revision.
    "led": 21,
}
