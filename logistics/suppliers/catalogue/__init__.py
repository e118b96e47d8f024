"""The embedded sample catalogue: invented schedules, fares and rooms on real geography.

Reading order: ``ingredients`` (the files), ``chance`` (numbers out of keys), ``network`` (who
flies where), ``journeys`` (connections on a date), ``fares``, ``flights``, ``lodging``,
``transfers``, and ``supplier``, which is the port filled.
"""
