"""Archives in CloudFormation, and replays to some rules only.

AWS makes an archive for AWS::Events::Archive, and sends a replay to the rules that are chosen, if any are.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-archive.html
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
MiniStack refuses the type and sends a replay to every rule of the bus. An archive forgets nothing here, whatever days it has.
"""

import json

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

from patching import wrap

_TYPE = 'AWS::Events::Archive'


@wrap(eventbridge, '_invoke_target')
def invoke_target(original, target, event, rule, view=None):
    replay = eventbridge._replays.get(event['ReplayName']) if event.get('ReplayName') else None
    chosen = replay['Destination'].get('FilterArns') if replay else None
    if chosen and rule['Arn'] not in chosen:
        return
    original(target, event, rule, view)


def _request(name, props):
    pattern = props.get('EventPattern')
    return {
        'ArchiveName': name, 'EventSourceArn': props['SourceArn'], 'Description': props.get('Description', ''),
        'EventPattern': pattern if isinstance(pattern, str) else json.dumps(pattern) if pattern else '',
        'RetentionDays': int(props.get('RetentionDays', 0)), 'KmsKeyIdentifier': props.get('KmsKeyIdentifier', ''),
    }


def _answered(answer, name):
    status, _, body = answer
    if status != 200:
        raise ValueError(json.loads(body)['message'])
    return name, {'Arn': eventbridge._archives[name]['ArchiveArn'], 'ArchiveName': name}


def _create(logical_id, props, stack_name):
    name = props.get('ArchiveName') or provisioners._physical_name(stack_name, logical_id, max_len=48)
    return _answered(eventbridge._create_archive(_request(name, props)), name)


def _update(physical_id, _old_props, new_props, _stack_name):
    return _answered(eventbridge._update_archive(_request(physical_id, new_props)), physical_id)


provisioners._REPLACING_PROPERTIES[_TYPE] = ('ArchiveName', 'SourceArn')
provisioners._RESOURCE_HANDLERS[_TYPE] = {
    'create': _create, 'update': _update, 'delete': lambda physical_id, _props: eventbridge._delete_archive({'ArchiveName': physical_id}),
}
