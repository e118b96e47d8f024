"""What facility and payer agreed, priced."""
