"""The keys of test databases: the same in every process, and nobody's secret."""

from __future__ import annotations

from typing import Final

from logistics.sealing import Key, KeyRing

KEY: Final = Key("test-key", bytes(range(32)))
OTHER_KEY: Final = Key("other-key", bytes(range(32, 64)))
RING: Final = KeyRing([KEY])
