"""Entry point of a node: slot → identity → board → tasks. No logic here.

On a board the folder is `/`; on a PC it is the first argument:
`micropython firmware/main.py FOLDER`.
"""

import sys

import boot


def main() -> None:
    """Run the application that boot.py chooses on the board that node.json names."""
    folder = (sys.argv[1] if len(sys.argv) > 1 else "/").rstrip("/")
    try:
        slot = boot.choose(folder)
        if slot is boot.LIFELINE:
            import lifeline

            lifeline.run(folder)
            boot.restart()
        if slot:
            sys.path.insert(0, slot)
        from node import app

        app.start(folder)
    except KeyboardInterrupt:
        pass
    except SystemExit:
        boot.reset()  # of itself a board would start the interpreter only, not the hardware
        raise
    except Exception as error:
        sys.print_exception(error)
        print("W main: the application did not start: {!r}".format(error))
        boot.note(folder, error)
        boot.restart()


main()
