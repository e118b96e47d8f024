"""The tests, floor by floor as the code; `house` checks the structure, `journeys` whole jobs."""
