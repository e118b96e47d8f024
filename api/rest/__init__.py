"""The REST interface under ``/api/v1``: one blueprint for each noun."""
