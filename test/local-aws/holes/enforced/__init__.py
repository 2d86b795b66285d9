"""Holes that matter only where policies are enforced, one module each.

The record comes first: it has to see what the others ask. The parameters come after the keys: each name is judged, key included.
"""

from . import authorization_record
from . import secure_transport
from . import batch_actions
from . import key_use
from . import parameter_resources
from . import item_keys
from . import config_resources
from . import service_roles
from . import event_permissions
from . import alarm_permissions
from . import function_role_calls
