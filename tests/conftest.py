"""What holds for all tests."""

from hypothesis import settings

# A busy machine is no fault of the code: time is tested where it is the rule, not by chance.
settings.register_profile("wpnet", deadline=None)
settings.load_profile("wpnet")
