"""Tables in the shapes CMS publishes, with a few rows and made-up figures."""

from decimal import Decimal

from pricing.medicare.reading import read_table
from pricing.medicare.tables import Table

WEIGHTS = (
    '"TABLE 5.—LIST OF MS-DRGS,\nWEIGHTING FACTORS—FY 2026 Final Rule"\t\t\t\t\t\t\t\t\t\r\n'
    "MS-DRG \tPost-Acute\tSpecial Pay\tMDC\tTYPE\tMS-DRG Title\tWeights - Before Cap\t"
    "Weights - 10% Cap Applied \tGeometric mean LOS\tArithmetic mean LOS\r\n"
    '001\tNo\tNo\tPRE\tSURG\t"SAMPLE, WITH MCC"\t2.5\t2.4000\t25.8\t36.2\r\n'
    "470\tYes\tNo\t08\tSURG\tSAMPLE JOINT WITHOUT MCC\t1.9289\t1.9289\t1.9\t2.2\r\n"
    "999\tNo\tNo\t \t**\tUNGROUPABLE\t.\t.\t.\t\r\n"
    "\t\t\t\t\t\t\t\t\t\r\n"
).encode("cp1252")
APCS = (
    b"\tAddendum A.- OPPS APCs for CY 2025\t\t\t\t\r\n"
    b"APC \tGroup Title\tSI\tRelative Weight \tPayment Rate \tCopayment\r\n"
    b'5012\t"Visits, sample"\tV \t1.4452\t$128.87 \t.\r\n'
    b'0701\tSample drug\tK\t\t"$1,740.720"\t.\r\n'
    b"2038\tSample device\tH \t\t\t.\r\n"
)
LOCALITIES = (
    b"ADDENDUM E. FINAL CY 2025 GPCIs,,,,,,\r\n,,,,,,\r\n"
    b"Medicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
    b"2025 PW GPCI (with 1.0 Floor),2025 PE GPCI,2025 MP GPCI\r\n"
    b"10112,AL,00,SAMPLE,1,0.869,0.575\r\n"
    b"04412,TX,9,ELSEWHERE*,1.02,1.01,0.9\r\n"
    b"*A remark below the rows.,,,,,,\r\n"
)


def _service(code: str, title: str, status: str, units: str) -> str:
    return f"{code},{title},{status},,{units},0.06,1.17,0.81,0,XXX,0,0,0,0,0,0,0,0,,32.3465,09\r\n"


SERVICES = (
    "HCPCS,MOD,DESCRIPTION,CODE,PAYMENT,RVU,PE RVU,INDICATOR,PE RVU,INDICATOR,RVU,TOTAL\r\n"
    + _service("G0101,", "Sample exam", "A", "0.45,0.66,,0.30,")
    + _service("G0101,26", "Sample exam", "A", "0.45,0.10,,0.00,NA")
    + _service("G0008,", "Sample vaccination", "X", "0.00,0.00,,0.00,")
    + _service("99999,", "A licensed descriptor", "A", "1.00,1.00,,0.50,")
).encode()

FILES = {
    "table5.txt": WEIGHTS,
    "addendum_a.txt": APCS,
    "gpci.csv": LOCALITIES,
    "pfs_2025_rvu.csv": SERVICES,
}


def table(name: str) -> Table:
    """Return one of the tables, read."""
    return read_table(FILES[name], name)


def dollars(text: str) -> Decimal:
    """Return an exact amount."""
    return Decimal(text)
