"""What the service starts with: policies, facilities, sample cases, the catalogue's ingredients.

Documents only, each dated and with its source, read through `importlib.resources`.
"""
