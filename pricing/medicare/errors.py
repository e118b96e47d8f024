"""What can go wrong with Medicare benchmarks."""

from __future__ import annotations

from pricing.errors import PricingError


class BenchmarkUnreadable(PricingError):
    """A file is none of the tables known, or one of its rows cannot be read."""

    def __init__(self, name: str, why: str) -> None:
        """Keep the file's name, and why it cannot be read with what to do."""
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


class BenchmarkNotFound(PricingError):
    """A table of a year has not been imported, or the rates of a year are not known."""

    def __init__(self, what: str, year: int | None, known: tuple[int, ...]) -> None:
        """Keep what was looked for, and of which years it is known."""
        years = ", ".join(str(one) for one in known)
        of_year = "" if year is None else f" of {year}"
        command = "`sojourn prices benchmarks import FILE`"
        super().__init__(
            f"no {what}{of_year}; there are: {years}. Import the table of that year with "
            f"{command}, or name another year"
            if years
            else f"no {what} have been imported; import the table with {command}"
        )
        self.what = what
        self.year = year
        self.known = known


class CodeNotFound(PricingError):
    """A table has no such code or locality."""

    def __init__(self, code: str, table: str, year: int) -> None:
        """Keep the code and where it was looked for."""
        super().__init__(f"{code!r} is not in {table} of {year}; look at the spelling and the year")
        self.code = code
        self.table = table
        self.year = year


class NotPaid(PricingError):
    """Medicare pays nothing by this table for this code."""

    def __init__(self, code: str, why: str) -> None:
        """Keep the code, and why nothing is paid."""
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why


class InvalidFactor(PricingError):
    """A wage index or another factor is no number that could be one."""

    def __init__(self, name: str, text: str) -> None:
        """Keep what was named and how it was written."""
        super().__init__(f"{name} {text!r} is not a number above 0 and at most 10, such as 1.0345")
        self.name = name
        self.text = text
