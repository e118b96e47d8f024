"""The audit trail: what it keeps, what it refuses, and what shows when somebody tampers with it."""
