"""Keeping the garbage collector from going through all the modules of a process over and over."""

import gc


def make_permanent() -> None:
    """Call what is loaded by now permanent, once, when a process has started.

    Python's collector goes through every object of the process from time to time: some 0.15 s for
    the libraries alone, in which no thread answers. What is permanent it leaves out; a round then
    takes as long as what has come since.
    """
    gc.collect()
    gc.freeze()
