"""The command line ``sojourn``: the same jobs as the pages and REST, for the shell.

Exit status 0: done; 1: a business "no" (nothing possible, not found, not available); 2: the input
or a setting is wrong; 130: interrupted. With ``--json`` the answer, or the problem document, is
JSON on standard output; progress and explanations for people go to standard error.

``group`` has the entry point; it loads the room of a command only when that command is called.
"""
