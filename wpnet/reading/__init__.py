"""Files to plans: every module maps text or documents to records of :mod:`wpnet.model`."""
