"""Generated cases are not timed one by one: a busy machine, or pypinyin loading its dictionary, is no fault."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
