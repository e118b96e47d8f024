"""The web pages: read the request, call one job, show the answer."""
