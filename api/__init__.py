"""The faces of the service: web pages, REST, command line.

The top floor, and the only one that knows HTTP, HTML, the environment and the clock.
"""
