"""What can go wrong with an estimate."""

from __future__ import annotations

from pricing.errors import PricingError


class EstimateMoveRefused(PricingError):
    """An estimate was to be moved along an arrow that is not drawn."""

    def __init__(self, status: str, move: str, may: tuple[str, ...]) -> None:
        """Keep its status, the move that was asked for, and those that there are."""
        instead = f"one may {' or '.join(may)} it" if may else "write a new version instead"
        super().__init__(f"nobody can {move} an estimate that is {status}; {instead}")
        self.status = status
        self.move = move


class WhoseAgreement(PricingError):
    """An agreement was to be held against a bill, and it is not clear whose lines it prices."""

    def __init__(self, provider: str | None, known: tuple[str, ...]) -> None:
        """Keep who was named, and who bills something."""
        named = "say whose agreement it is" if provider is None else f"{provider} bills nothing"
        super().__init__(f"{named}; name one of {', '.join(known)}")
        self.provider = provider
        self.known = known


class EstimateIncomplete(PricingError):
    """An estimate was to be issued that lacks something a good-faith estimate must say."""

    def __init__(self, gaps: tuple[str, ...]) -> None:
        """Keep what is missing, one sentence for each."""
        super().__init__("the estimate cannot be issued yet: " + "; ".join(gaps))
        self.gaps = gaps
