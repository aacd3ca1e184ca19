"""What holds for all tests."""

import os

# Before numpy is imported: as the command does it. Several threads in each test process would wait
# for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# A busy machine is no fault of the code: time is tested where it is the rule, not by chance.
settings.register_profile("wpnet", deadline=None)
settings.load_profile("wpnet")
