"""The tables of this floor: people, the audit trail, jobs, requests. Only repositories see a row."""
