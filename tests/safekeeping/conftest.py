"""Property tests run on machines of any speed, so none is failed for being slow."""

from hypothesis import settings

settings.register_profile("any speed", deadline=None)
settings.load_profile("any speed")
