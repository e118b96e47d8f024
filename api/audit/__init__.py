"""The audit trail: who did what to which rows, append-only and hash-chained."""
