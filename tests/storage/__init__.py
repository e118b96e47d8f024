"""The database under stress: races, crashes, full disks, locks; and builders of what is stored."""
