"""Mutation testing: small changes of the code, and whether a test sees them (`make mutants`).

Of the maintained tools none fits: mutmut 3 calls each function through a dispatcher that needs
CPython's `inspect`, so MicroPython cannot run it, and it changes nothing outside of functions;
cosmic-ray changes the checkout itself and knows one command for all modules.
"""
