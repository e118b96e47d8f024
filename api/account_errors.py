"""What goes wrong when somebody wants in, or when an account is changed."""

from __future__ import annotations


class AccountError(Exception):
    """Base of every error about accounts and what lets people in."""


class LoginRefused(AccountError):
    """Whoever wants in has not shown who they are; the words never say which part was wrong."""

    def __init__(self, advice: str = "e-mail and password do not belong together") -> None:
        """Say what to do; ``advice`` is a sentence for whoever tries."""
        super().__init__(advice)


class TooManyAttempts(AccountError):
    """An account or a network failed too often of late and has to wait."""

    def __init__(self, wait_seconds: int) -> None:
        """Keep how long."""
        super().__init__(f"too many attempts; try again in {wait_seconds} seconds")
        self.wait_seconds = wait_seconds


class LinkRefused(AccountError):
    """A one-time link or code has expired, was used, or does not go with what was given beside."""

    def __init__(self, advice: str) -> None:
        """Say what to do next."""
        super().__init__(advice)


class UserNotFound(AccountError):
    """The organisation has no such user."""

    def __init__(self, user: str) -> None:
        """Keep what was asked for."""
        super().__init__(f"there is no user {user!r}")
        self.user = user


class CredentialNotFound(AccountError):
    """The user has no such session or token, or it has ended already."""

    def __init__(self, credential_id: str) -> None:
        """Keep what was asked for."""
        super().__init__(f"there is no session or token {credential_id!r}, or it has ended")
        self.credential_id = credential_id


class NotUponOneself(AccountError):
    """An administrator tried on the own account what only another one may do."""

    def __init__(self) -> None:
        """Say who can do it."""
        super().__init__("this cannot be done to the own account; ask another administrator")


class ProviderUnavailable(AccountError):
    """The provider of a login elsewhere does not answer, or not as it should."""

    def __init__(self, provider: str) -> None:
        """Keep what the login page calls it."""
        super().__init__(f"{provider} does not answer as it should; try again, or use a password")
        self.provider = provider


class SampleOnly(AccountError):
    """Demonstration users exist in the sample setting alone."""

    def __init__(self) -> None:
        """Say how to log in instead."""
        super().__init__("demonstration users exist in the sample setting only; log in as yourself")
