"""QR codes as one path each, without styles, so that the strictest content policy holds."""

from dataclasses import dataclass

from segno import make_qr

#: The white edge that readers need around a code, in squares.
QUIET = 4


@dataclass(frozen=True)
class Squares:
    """A QR code as one path; `size` squares wide and high, with its edge."""

    size: int
    path: str


def squares(text: str) -> Squares:
    """The code that says `text`, with 15 % of error correction."""
    rows = [bytes(row) for row in make_qr(text, error="m").matrix]
    dark = [(x + QUIET, y + QUIET) for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Squares(len(rows) + 2 * QUIET, "".join(f"M{x} {y}h1v1h-1z" for x, y in dark))
