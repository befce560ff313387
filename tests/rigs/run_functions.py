"""Runs the test functions of one file; the same on CPython and on both MicroPythons.

    micropython run_functions.py tests/firmware/keep/test_zone.py

Prints `ok NAME` or `FAILED NAME` and the traceback for each, and lets the rig read that.
"""

import sys


def _traceback(error):
    if sys.implementation.name == "micropython":
        sys.print_exception(error, sys.stdout)
    else:
        import traceback

        print("".join(traceback.format_exception(error)), end="")


def _refuse_programs(event, arguments):
    if event in ("subprocess.Popen", "os.posix_spawn", "os.exec", "os.spawn", "os.system"):
        raise SystemExit(
            "it starts {}: let the file say STARTS_PROGRAMS = True".format(arguments[0])
        )


def main(path):
    folder, _, name = path.rpartition("/")
    sys.path.insert(0, folder)
    rooms = "tests/firmware/"
    if rooms in path:  # what tests of several rooms share lies beside the rooms
        sys.path.append(path[: path.rfind(rooms)] + rooms[:-1])
    module = __import__(name[:-3])
    if sys.implementation.name == "cpython" and not getattr(module, "STARTS_PROGRAMS", False):
        sys.addaudithook(_refuse_programs)
    names = [name for name in dir(module) if name.startswith("test_")]
    for name in sorted(names):
        try:
            getattr(module, name)()
        except Exception as error:  # the one place that must survive every test
            print("FAILED", name)
            _traceback(error)
        else:
            print("ok", name)
    print("end")


main(sys.argv[1])
