"""Plans to single people out by two releases or more: each ends with a release that would do it."""

import random

from analysis.findings.releases.differences import Release, release_over


def people(chance: random.Random, count: int) -> list[bytes]:
    """Ids of responses."""
    return [chance.randbytes(16) for _each in range(count)]


def any_plan(chance: random.Random) -> tuple[list[Release], Release, int]:
    """Releases that are out, one that must not follow, and how many people it would give away."""
    few = chance.randint(1, 9)
    everybody = people(chance, chance.randint(60, 200))
    plan = chance.choice((_narrower, _wider, _grown, _taken_back, _without_some, _parts))
    return (*plan(chance, everybody, few), few)


def _one(name: str, everybody: list[bytes], **groups: list[bytes]) -> Release:
    return release_over(name, everybody, groups)


def _narrower(chance: random.Random, everybody: list[bytes], few: int) -> tuple[list[Release], Release]:
    size = chance.randint(20, 50)
    return [_one("one", everybody, men=everybody[:size])], _one("two", everybody, older=everybody[: size - few])


def _wider(chance: random.Random, everybody: list[bytes], few: int) -> tuple[list[Release], Release]:
    size = chance.randint(20, 50)
    return [_one("one", everybody, men=everybody[:size])], _one("two", everybody, older=everybody[: size + few])


def _grown(chance: random.Random, everybody: list[bytes], few: int) -> tuple[list[Release], Release]:
    more = everybody + people(chance, few)
    return [_one("one", everybody, all=everybody)], _one("one", more, all=more)


def _taken_back(chance: random.Random, everybody: list[bytes], few: int) -> tuple[list[Release], Release]:
    return [_one("one", everybody, all=everybody)], _one("one", everybody[few:], all=everybody[few:])


def _without_some(chance: random.Random, everybody: list[bytes], few: int) -> tuple[list[Release], Release]:
    """Others are released in between, to hide it."""
    between = _one("two", everybody, some=everybody[:30])
    return [_one("one", everybody, all=everybody), between], _one("three", everybody, most=everybody[few:])


def _parts(chance: random.Random, everybody: list[bytes], few: int) -> tuple[list[Release], Release]:
    size = chance.randint(10, 20)
    parts = _one("one", everybody, north=everybody[:size], south=everybody[size : 2 * size])
    return [parts], _one("two", everybody, country=everybody[: 2 * size + few])
