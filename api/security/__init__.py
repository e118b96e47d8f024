"""What every answer carries and every request must show: headers, origin, form token, pace."""
