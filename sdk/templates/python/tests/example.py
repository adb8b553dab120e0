"""Records of the tests."""

from insight_sdk import CrmRecord

ACCOUNT = CrmRecord("account", "42")
UNKNOWN = CrmRecord("account", "43")
