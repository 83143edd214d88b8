"""What people, phones and attackers may type: words that break programs, markup that runs, injections.

Chosen and generated here, so that each group says what it tries. Nothing is random: a failure names its string.
"""

import unicodedata
from collections.abc import Iterator
from itertools import product

#: What a script of ours would set if it ever ran.
FLAG = "window.ran=1"

_EMPTY_LOOKING = [" ", "\t", "\n\n", "\u00a0", "\u200b", "\u2060", "\ufeff", "\u3164", "\u00ad", "\u180e", "\u2800"]
_PROGRAM_WORDS = """
undefined undef null NULL (null) nil NIL none None true True false False NaN nan Infinity -Infinity inf INF 0 1 -1 -0
0.0 00 01 1e3 1E+02 1e999 1e-999 0x10 0b11 1_000 1,000 1.000,5 1/2 1/0 $1.00 €5 £1 2147483648 -2147483649
9223372036854775808 99999999999999999999999999 0.30000000000000004 .5 5. --1 +1 1..2 Yes NO on off y n t f
constructor __proto__ prototype toString hasOwnProperty __class__ __init__ __dict__ self this eval exec class def
lambda import return con prn aux nul com1 lpt1 CLOCK$ .. ../.. ../../../../etc/passwd /dev/null /dev/random file:///
C:\\Windows\\win.ini \\\\server\\share ~root $HOME %TEMP% %s %d %n %x %p %(name)s {0} {} {name} ${name} #{name} @name
$(reboot) `reboot` ;reboot |reboot &reboot &&reboot ||reboot >out <in *.* [a-z] ?(x) ^$ .* (a+)+$ \\1 \\d \\ \\\\ / // '
" ''' \"\"\" `` ´ ‘ ’ “ ” „ « » & && &amp; &lt; &#60; &#x3c; &nbsp; &copy &notit; <> < > </ /> <!-- --> <![CDATA[ ]]>
<? ?> <% %> {% %} {{ }} {# #} ${} #{} @{} [[ ]] (( )) :: ;; ,, .. != == === =1+1 =cmd|'/C'!A0 +1+1 -1+1 @SUM(A1)
other not_said apart audience token page go start send check sent survivor provider admin administrator root
q-say q-audience csrf_token 2026-11-22 30/02/2026 24:61 00:00:00Z 1970-01-01T00:00:00Z ZZ99 ZZ999ZZ 01632960000
someone@example.org mailto:someone@example.org http://example.org https://example.org/?a=1&b=2#c //example.org
javascript:0 data:, about:blank blob:x ftp:x 127.0.0.1 ::1 0.0.0.0 localhost
""".split()
_SENTENCES = [
    "He said “no” & left; I couldn’t — not then… – 50% of it",
    "I was in Scunthorpe, Penistone and Essex, then at the Cockermouth office",
    "Dr. O'Neill, Ms D'Souza-Smith, Nuño Yáñez, Zoë and Łukasz, Ngũgĩ, Þór",
    "one\ntwo\n\nfour\n",
    "one\r\ntwo\rthree\n\rfour",
    "   leading and trailing   ",
    "\ttab\tin\tbetween\t",
    "a" * 300,
    "word " * 70,
    "l" + "o" * 120 + "ng",
    "x" * 100 + "\n" + "y" * 100,
    "line\u2028separator\u2029paragraph\u0085next\x0bvertical\x0cform",
    "if you can read this, {{ 7 * 7 }} is 49 and ${7*7} too",
    "The quick brown fox, 0123456789, jumps! over? (the) [lazy] {dog} <ok> @#$%^&*_+-=|\\~`",
    "<b>not bold</b> and &amp; not an ampersand",
    "Pijamalı hasta yağız şoföre çabucak güvendi; İI ıi",
    "ﬁne ﬂow ﬃ ſtraße ẞ ǆ Ǆ ŉ ΐ ﬗ",
]
#: The same letter composed and not; what is kept is what was typed.
_COMPOSED = [
    "é",
    "e\u0301",
    "Å",
    "A\u030a",
    "\u212b",
    "ö",
    "o\u0308",
    "ñ",
    "n\u0303",
    "각",
    "ᄀ\u1161\u11a8",
    "q\u0307\u0323",
]
_SCRIPTS = {
    "Arabic": "كنت أخشى أن أتكلم",
    "Persian with joiners": "می\u200cخواهم کمک\u200cم کنند",
    "Hebrew with points": "בְּרֵאשִׁית",
    "Urdu": "مجھے مدد چاہیے",
    "Hindi": "मुझे मदद चाहिए",
    "Bengali": "আমার সাহায্য দরকার",
    "Tamil": "எனக்கு உதவி வேண்டும்",
    "Punjabi": "ਮੈਨੂੰ ਮਦਦ ਚਾਹੀਦੀ ਹੈ",
    "Thai": "ฉันต้องการความช่วยเหลือ",
    "Tibetan": "ང་ལ་རོགས་པ་དགོས།",
    "Burmese": "ကျွန်တော် အကူအညီလိုတယ်",
    "Chinese": "我需要帮助，没有人相信我。",
    "Japanese": "助けてほしいと言えなかった。ﾊﾝｶｸ",
    "Korean": "도움이 필요했어요",
    "Russian": "Мне никто не поверил",
    "Greek": "Χρειάζομαι βοήθεια",
    "Polish": "Potrzebuję pomocy, żółć",
    "Welsh": "Dw i angen help, ŵ ŷ â",
    "Vietnamese": "Tôi cần giúp đỡ",
    "Amharic": "እርዳታ እፈልጋለሁ",
    "Georgian": "დახმარება მჭირდება",
    "Cherokee": "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ",
    "Gothic, beyond the first plane": "𐌼𐌰𐌲 𐌲𐌻𐌴𐍃",
    "mathematical": "𝓣𝓱𝓮 𝕢𝕦𝕚𝕔𝕜 𝖇𝖗𝖔𝖜𝖓 𝚏𝚘𝚡",
    "full width": "＝１＋１ ＜ｓｃｒｉｐｔ＞",
    "upside down": "ʇxǝʇ uʍop ǝpᴉsdn",
    "marks upon marks": "Z\u0351\u036b\u0343a\u0354\u0328l\u0322\u0321g\u0321\u0340o\u0321\u034f",
}
_EMOJI = [
    "😀", "💩", "👩‍👩‍👧‍👦", "🧔🏿‍♂️", "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "🇬🇧", "🇬", "👍🏽", "❤️", "☺︎", "1️⃣", "🫠", "\u200d", "\ufe0f", "🏳️‍🌈", "ಠ_ಠ", "(╯°□°）╯︵ ┻━┻", "¯\\_(ツ)_/¯",
]  # fmt: skip
#: Marks that turn the direction of what follows.
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DIRECTIONS = [
    *(f"before {mark}after" for mark in BIDI),
    *(f"{mark}txt.exe{other}" for mark, other in zip(BIDI, reversed(BIDI), strict=True)),
    *(mark * 30 for mark in BIDI),
]
#: What a keyboard cannot type and a program can: every control character but NUL, and what Unicode leaves unassigned.
_CONTROLS = [f"a{chr(code)}b" for code in (*range(1, 32), *range(127, 160))]
_ODD_POINTS = [
    f"a{chr(code)}b"
    for code in (0xFDD0, 0xFFFE, 0xFFFF, 0xFFFC, 0xFFFD, 0xE000, 0xF8FF, 0x1FFFE, 0x10FFFF, 0xE0001, 0x0378)
]
_SPACES = [f"a{chr(code)}b" for code in range(0x110000) if unicodedata.category(chr(code)) in ("Zs", "Zl", "Zp")]
_INVISIBLE = [f"a{chr(code)}b" for code in (0x34F, 0x115F, 0x17B4, *range(0x200B, 0x2010), *range(0x2060, 0x2065))]


def _markup() -> Iterator[str]:
    """Every way we know in which a text can become a script: what is run, times what breaks out before it."""
    runs = [
        f"<script>{FLAG}</script>",
        f"<ScRiPt >{FLAG}</sCrIpT >",
        f"<img src=x onerror={FLAG}>",
        f"<img/src=x\tonerror\n=\r'{FLAG}'>",
        f"<svg onload={FLAG}>",
        f"<svg><script>{FLAG}</script></svg>",
        f"<svg><animate onbegin={FLAG} attributeName=x dur=1s>",
        f"<body onload={FLAG}>",
        f"<input autofocus onfocus={FLAG}>",
        f"<details open ontoggle={FLAG}>",
        f"<video><source onerror={FLAG}></video>",
        f"<iframe srcdoc='<script>parent.{FLAG}</script>'></iframe>",
        f'<iframe src="javascript:parent.{FLAG}"></iframe>',
        f'<a href="javascript:{FLAG}" autofocus>x</a>',
        f'<object data="data:text/html,<script>{FLAG}</script>"></object>',
        '<embed src="/static/answer.js">',
        '<base href="http://example.org/">',
        '<meta http-equiv="refresh" content="0;url=http://example.org/">',
        '<link rel="stylesheet" href="http://example.org/a.css">',
        "<style>*{display:none}@import 'http://example.org/a.css'</style>",
        '<form action="http://example.org/"><button name=go value=send>x</button></form>',
        f'<math><mtext><table><mglyph><style><img src=x onerror="{FLAG}">',
        f"<noscript><p title='</noscript><img src=x onerror={FLAG}>'>",
        f"<template><script>{FLAG}</script></template>",
    ]
    breaks = [
        "", '"', "'", "`", '">', "'>", "</p>", "</textarea>", "</title>", "</style>", "</script>", "-->",
        "]]>", "</svg>", "<!--",
    ]  # fmt: skip
    yield from (f"{out}{run}" for run, out in product(runs, breaks))


def _attributes() -> Iterator[str]:
    """What gets out of the value of an attribute without a bracket."""
    for quote in ('"', "'", "", "`", " "):
        yield from (f"{quote} {event}={FLAG} x={quote}" for event in ("onfocus", "onmouseover", "onclick", "style"))
    yield from (
        f"{scheme}:{FLAG}" for scheme in ("javascript", "JaVaScRiPt", "java\tscript", "vbscript", "\x01javascript")
    )


def _templates() -> Iterator[str]:
    """What a template engine would work out if a text were ever taken for a template."""
    inside = ["7*7", "config", "self", "request.environ", "''.__class__.__mro__[1].__subclasses__()", "cycler.__init__"]
    around = [
        "{{%s}}",
        "{%%print(%s)%%}",
        "${%s}",
        "#{%s}",
        "<%%=%s%%>",
        "{{=%s}}",
        "*{%s}",
        "@(%s)",
        "[[%s]]",
        "{#%s#}",
    ]
    yield from (shape % what for shape, what in product(around, inside))
    yield from (
        "%(x)s",
        "{0.__class__}",
        "{x!r}",
        "&lt;script&gt;",
        "&#x3c;script&#x3e;",
        "\\u003cscript\\u003e",
        "%3Cscript%3E",
    )


#: Markup, attributes and templates: all of them mean nothing but themselves.
PAYLOADS = list(dict.fromkeys([*_markup(), *_attributes(), *_templates()]))

_SQL = [
    "'", '"', "';", "' --", "'/*", "\\'", "') --", "' OR '1'='1", "' OR 1=1 --", '" OR ""="',
    "1; DROP TABLE intake; --",
    "'; DELETE FROM intake; --", "'; UPDATE survey SET state='closed'; --", "' UNION SELECT sealed FROM draft --",
    "'); INSERT INTO intake VALUES (1,2,3); --", "1 OR SLEEP(9)", "'; SELECT pg_sleep(9); --", "'||pg_sleep(9)||'",
    "' AND randomblob(1000000000) --", "$$; DROP TABLE survey; $$", "E'\\x27'", "%' OR '%'='", "_%", "%%", "x' || 'y",
    ":survey_id", "%(survey_id)s", "?1", "$1", "@@version", "ATTACH DATABASE 'x' AS y", "PRAGMA writable_schema=1",
    "COPY intake TO PROGRAM 'id'", "'; VACUUM; --", "\\x27", "0x27", "%27", "%2527", "ʼ OR 1=1 --", "＇ OR １=１ --",
]  # fmt: skip
#: What a forged line in the log, or a header of the attacker's own, would begin with.
FORGED = "2026-11-22 10:00 error forged"
_LINES = [
    f"{end}{rest}"
    for end, rest in product(
        ["\r\n", "\n", "\r", "%0d%0a", "%0a", "\u2028", "\x85", "\\r\\n", "嘊嘍", "\r\n\r\n"],
        [FORGED, "Set-Cookie: s=forged", "Location: http://example.org/", "Content-Length: 0", "X-Forged: 1"],
    )
]
_PATHS = [
    "../", "../../etc/passwd", "..\\..\\win.ini", "%2e%2e%2f", "%252e%252e%252f", "..%c0%af", "..%00/",
    "....//", "/./x",
    "//example.org", "\\\\example.org", "/%2f/example.org", ";x=1", "?x", "#x", "%", "%zz", "%u0041",
    "a" * 2000, ".git/HEAD",
    ".env", "static/../app.py", "static/%2e%2e/app.py", "instance/keys", "wp-login.php", "cgi-bin/x",
    "tiny;x", "tiny%2f",
    "tiny%20", "TINY", "tiny.", "desk", "desk/", "desk/..", "x/../tiny", "%74iny%00", "__debug__", "console",
]  # fmt: skip
_COMMANDS = [
    f"{before}{command}"
    for before, command in product(
        ["", ";", "|", "&&", "\n", "$(", "`"],
        ["id", "sleep 9", "cat /etc/passwd", "touch forged", "ping -c 9 127.0.0.1"],
    )
]
_FORMATS = [
    f"{sign}" * 5 for sign in ("%s", "%n", "%x", "%(msg)s", "{}", "{0}", "{record.msg}", "${jndi:ldap://127.0.0.1/}")
]
_OTHERS = [
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "<?xml version='1.0'?>", "{\"$gt\": \"\"}",
    "[$ne]=1", "*)(uid=*))(|(uid=*", "() { :;}; id", "\x1b[2J\x1b[31mforged", "\x07\x08\x08\x08",
    "!!python/object:os.system",
    "O:8:\"stdClass\":0:{}", "gASVCg==", "__import__('os').system('id')", "${7*7}", "{{7*7}}", "<%=7*7%>",
]  # fmt: skip
_LOGS = [
    f"{word}{end}{FORGED}"
    for word, end in product(("started", "could not keep", "x" * 200), ("\n", "\r\n", "\x1b[1A", "\t\n "))
]
_QUOTED = [f"{quote}{attack}" for quote, attack in product(('"', "')", "\\", "`", "%00", "\x1a"), _SQL[6:26])]

#: SQL, headers, log lines, paths, commands: all of them mean nothing but themselves.
INJECTIONS = list(dict.fromkeys([*_SQL, *_LINES, *_PATHS, *_COMMANDS, *_FORMATS, *_OTHERS, *_LOGS, *_QUOTED]))

#: Words that break programs. Without a NUL, which nothing keeps, and with a sample of the rest.
WORDS = list(
    dict.fromkeys(
        [
            *_EMPTY_LOOKING, *_PROGRAM_WORDS, *_SENTENCES, *_COMPOSED, *_SCRIPTS.values(), *_EMOJI,
            *_DIRECTIONS, *_CONTROLS,
            *_ODD_POINTS, *_SPACES, *_INVISIBLE, *PAYLOADS[::9],
            *(each for each in INJECTIONS[::9] if len(each) <= 500),
        ]
    )
)  # fmt: skip


def tenth(whole: list[str]) -> list[str]:
    """A tenth of a list that has some of every group in it."""
    return whole[::10]
