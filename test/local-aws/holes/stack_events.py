"""Events of CloudFormation.

AWS puts "CloudFormation Stack Status Change" on the default bus for each status of a stack, and a good update cleans up
before it is complete.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks-event-details-eventbridge.html
MiniStack puts none, and leaves the cleanup's status out.
"""

import json

from ministack.services import cloudformation, eventbridge
from ministack.services.cloudformation import changesets, handlers, stacks

_STACK = 'AWS::CloudFormation::Stack'
_CLEANUP = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
_add_event = stacks._add_event


def add_event(stack_id, stack_name, logical_id, resource_type, status, reason='', physical_id='', detailed_status=''):
    own = resource_type == _STACK and logical_id == stack_name
    if own and status == 'UPDATE_COMPLETE':
        add_event(stack_id, stack_name, logical_id, resource_type, _CLEANUP, physical_id=physical_id)
    _add_event(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)
    if own:
        _announce(stack_id, cloudformation._stack_events[stack_id][-1])


def _announce(stack_id, event):
    detail = {
        'stack-id': stack_id,
        'status-details': {'status': event['ResourceStatus'], 'status-reason': event['ResourceStatusReason']},
        'client-request-token': event.get('ClientRequestToken', ''),
    }
    entry = {
        'Source': 'aws.cloudformation',
        'DetailType': 'CloudFormation Stack Status Change',
        'Detail': json.dumps(detail),
        'Resources': [stack_id],
    }
    eventbridge._put_events({'Entries': [entry]}, allow_aws_source=True)


for module in (stacks, handlers, changesets):
    module._add_event = add_event
