"""What those who run the service see of it: logs, request ids, metrics. Never what is in a case."""
