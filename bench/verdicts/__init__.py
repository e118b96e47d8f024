"""Price files of a made-up hospital, broken in many ways, before two validators."""
