"""Tests of logs, request ids and metrics."""
