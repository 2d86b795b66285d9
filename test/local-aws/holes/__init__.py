"""The holes, one module each; importing it fills it.

Several holes wrap the same function of MiniStack: the one imported last is asked first. So limits come after what acts
on a write that was accepted. Those in `enforced` come last, so that a call is judged before anything acts on it.
"""

import os

from . import secure_string
from . import parameter_history_user
from . import parameter_change_events
from . import parameter_paging
from . import parameter_limits
from . import clock
from . import metric_queries
from . import emf_metrics
from . import lambda_metrics
from . import lambda_logs
from . import queue_metrics
from . import alarms
from . import alarm_notifications
from . import global_table
from . import bucket_settings
from . import function_dead_letters
from . import function_workers
from . import topic_key
from . import event_targets
from . import organization
from . import event_bus_policies
from . import cross_account_events
from . import put_events
from . import scheduled_events
from . import event_archives
from . import queue_event_sources
from . import message_move_tasks
from . import stream_event_sources
from . import mail
from . import config_recorder
from . import config_rules
from . import config_recorder_list
from . import config_evaluations
from . import config_conformance_packs
from . import config_types
from . import config_items
from . import config_aggregators
from . import network_types
from . import database_types
from . import secret_reference
from . import secret_rotation
from . import metric_math
from . import composite_alarm_type
from . import stack_events
from . import stack_deletion
from . import stack_creation
from . import failed_rollback
from . import function_denial
from . import role_sessions
from . import http_api_callers

if os.environ.get('AUTH') == 'true':
    from . import enforced
