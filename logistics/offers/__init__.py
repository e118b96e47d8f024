"""Offers in the field's words: flights, lodging and ground transfers, each with its conditions."""
