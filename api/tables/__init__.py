"""The tables of this floor: people, the audit trail, jobs, requests; repositories see rows."""
