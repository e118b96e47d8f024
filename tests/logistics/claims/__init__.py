"""Tests of claims: statuses, receipts, decisions and the balances they draw on."""
