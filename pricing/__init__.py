"""What it costs and who pays: money, coverage policies and their decisions.

The lowest floor: it knows no flights and no calendars, and imports none of the other floors.
"""
