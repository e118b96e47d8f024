"""What can go wrong with a document that is well: a table does not answer."""

from __future__ import annotations

from pricing.errors import PricingError


class NoTableRow(PricingError):
    """A table of a document has no row for what a rule looks up."""

    def __init__(
        self, table: str, asked: str, nearby: str = "", *, asking: str = "", field: str = ""
    ) -> None:
        """Keep the table's name and what was looked up.

        ``nearby`` tells of the rows around it, ``asking`` which rule looked it up for what, and
        ``field`` where that stands in its document.
        """
        around = f" ({nearby})" if nearby else ""
        super().__init__(
            f"table {table} has no row for {asked}{around}{asking}; add one, or an otherwise row"
        )
        self.table = table
        self.asked = asked
        self.nearby = nearby
        self.field = field
