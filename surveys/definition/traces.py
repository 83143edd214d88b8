"""What leads back to a person, by its shape: the one place for the rules of numbers and addresses. Pure.

Whole cells of a file that is brought are held against these, and so are the words people write. Sources: the NHS Data
Dictionary (NHS number, modulus 11), HMRC's manual NIM39110 (National Insurance numbers), BS 7666 (postcodes).
"""

import re

#: An e-mail address as it is typed.
EMAIL = r"[\w.%+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"
#: A telephone number of the United Kingdom, with the signs that people put between figures.
PHONE = r"(?:(?:\+|00)44[ .()-]{0,3}(?:\(?0\)?[ .()-]{0,2})?|\(?0)(?:\d[ .()-]{0,2}){8,9}\d"
#: A number of another country, with its plus sign.
PHONE_ABROAD = r"\+[1-9]\d{0,2}[ .()-]{0,2}(?:\d[ .()-]{0,2}){5,11}\d"
#: A postcode: both halves, in capitals or not.
POSTCODE = r"(?:GIR[ -]{0,2}0AA|[A-Z]{1,2}\d[A-Z\d]?[ -]{0,3}\d[ABD-HJLNP-UW-Z]{2})"
#: Ten figures as an NHS number is written; `nhs_number_holds` tells whether it is one.
NHS = r"\d{3}[ -]?\d{3}[ -]?\d{4}"
#: A National Insurance number; `ni_prefix_holds` tells whether its letters are given out. The last may be missing.
NI = r"[A-Z]{2}(?:[ -]?\d{2}){3}(?:[ -]?[A-D])?"
#: The address of a machine, and the long random number of a record.
MACHINE = r"\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}"
RECORD = r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?|R_[0-9A-Za-z]{12,20}"

_NEVER_GIVEN = frozenset("BG GB KN NK NT TN ZZ".split())
_NOT_DIGIT = re.compile(r"[^0-9]")


def nhs_number_holds(written: str) -> bool:
    """Whether the tenth figure is the check digit of the nine before it.

    >>> nhs_number_holds("999 123 4578"), nhs_number_holds("999 123 4579")
    (True, False)
    """
    figures = [int(each) for each in _NOT_DIGIT.sub("", written)]
    if len(figures) != 10 or len(set(figures)) == 1:
        return False
    left = 11 - sum(figure * weight for figure, weight in zip(figures, range(10, 1, -1), strict=False)) % 11
    return left % 11 == figures[9] and left != 10


def ni_prefix_holds(written: str) -> bool:
    """Whether the first two letters of a National Insurance number are among those given out.

    >>> ni_prefix_holds("QQ 12 34 56 C"), ni_prefix_holds("AB 12 34 56 C")
    (False, True)
    """
    prefix = written[:2].upper()
    return not (set(prefix) & set("DFIQUV") or prefix[1:] == "O" or prefix in _NEVER_GIVEN)


def luhn_holds(written: str) -> bool:
    """Whether the last figure is the check digit of a payment card (ISO/IEC 7812-1)."""
    figures = [int(each) for each in _NOT_DIGIT.sub("", written)]
    doubled = [figure * 2 for figure in figures[-2::-2]]
    return sum(figures[-1::-2]) % 10 == -sum(each - 9 * (each > 9) for each in doubled) % 10
