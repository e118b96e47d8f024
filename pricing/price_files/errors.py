"""What can go wrong with a hospital price file and with the datasets made of them."""

from __future__ import annotations

from pricing.errors import PricingError


class PriceFileError(PricingError):
    """Base of every error about price files; ``file`` is the name as it was given."""

    def __init__(self, file: str, sentence: str) -> None:
        """Keep the file's name."""
        super().__init__(f"{file}: {sentence}")
        self.file = file


class NotAPriceFile(PriceFileError):
    """A file is not in the format of a hospital price file, or not whole."""

    def __init__(self, file: str, reason: str) -> None:
        """Keep what is wrong with it."""
        super().__init__(file, f"{reason}; nothing was imported")
        self.reason = reason


class ArchiveDamaged(NotAPriceFile):
    """A gzip or zip file cannot be unpacked."""


class SeveralPriceFiles(NotAPriceFile):
    """A zip file holds no price file, or more than one."""

    def __init__(self, file: str, members: tuple[str, ...]) -> None:
        """Keep the names of the members."""
        names = ", ".join(members) or "nothing"
        super().__init__(
            file, f"a zip must hold exactly one price file, this one holds {names}; unpack it"
        )
        self.members = members


class PriceFileUnreadable(PriceFileError):
    """A file cannot be opened, or holds nothing that could be judged as a price file."""


class ImportUnderWay(PriceFileError):
    """Another process imports the same file just now."""

    def __init__(self, file: str) -> None:
        """Say what to do."""
        super().__init__(file, "another process imports it just now; wait until it has finished")


class NoRoom(PriceFileError):
    """The disk is full, or the folder of datasets cannot be written."""

    def __init__(self, file: str, reason: str) -> None:
        """Say what to do."""
        super().__init__(
            file,
            f"the dataset cannot be written ({reason}); make room or choose another "
            "SOJOURN_PRICE_FILES, then import again: finished stages are not repeated",
        )


class CountsDisagree(PriceFileError):
    """Rows in are not rows kept and set aside: our own mistake, and nothing is published."""

    def __init__(self, file: str, counted: str) -> None:
        """Keep the counts in words."""
        super().__init__(file, f"the counts do not reconcile ({counted}); nothing was imported")


class DatasetNotFound(PricingError):
    """No price file of that hospital or facility has been imported."""

    def __init__(self, wanted: str) -> None:
        """Keep what was asked for."""
        super().__init__(
            f"there is no imported price file of {wanted!r}; see: sojourn prices files"
        )
        self.wanted = wanted


class CodeNotPriced(PricingError):
    """None of the files asked has a charge of that code."""

    def __init__(self, code: str, files: int) -> None:
        """Keep the code and how many files were asked."""
        super().__init__(
            f"none of {files} price files has a charge of the code {code!r}; check the code and "
            "its type, or ask without --setting and --billing-class"
        )
        self.code = code


class SeveralCodeTypes(PricingError):
    """A code means different things: an MS-DRG, a revenue code, a hospital's own."""

    def __init__(self, code: str, types: tuple[str, ...]) -> None:
        """Keep the code and the types under which it stands."""
        super().__init__(
            f"the code {code!r} stands there as {', '.join(types)}; say which with --type"
        )
        self.code = code
        self.types = types


class TooManyCharges(PricingError):
    """A code is so common that its charges say nothing together."""

    def __init__(self, code: str, most: int) -> None:
        """Keep the code and the limit."""
        super().__init__(
            f"more than {most:,} charges of one file bear the code {code!r}; ask for a narrower "
            "code, or for one setting or billing class"
        )
        self.code = code
