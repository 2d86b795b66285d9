"""Events of Parameter Store.

AWS puts "Parameter Store Change" on the default bus for each change of a parameter, with its name, type and
description, never with its value. https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
MiniStack puts none.
"""

import json

from ministack.services import eventbridge, ssm

from patching import wrap


def _announce(operation, record):
    detail = {'operation': operation, 'name': record['Name'], 'type': record['Type']}
    if record.get('Description'):
        detail['description'] = record['Description']
    entry = {
        'Source': 'aws.ssm',
        'DetailType': 'Parameter Store Change',
        'Detail': json.dumps(detail),
        'Resources': [record['ARN']],
    }
    eventbridge._put_events({'Entries': [entry]}, allow_aws_source=True)


@wrap(ssm, '_put_parameter')
def put_parameter(original, data):
    known = data.get('Name') in ssm._parameters
    answer = original(data)
    if answer[0] == 200:
        _announce('Update' if known else 'Create', ssm._parameters[data['Name']])
    return answer


@wrap(ssm, '_delete_parameter')
def delete_parameter(original, data):
    _, record = ssm._lookup_parameter(data.get('Name'))
    answer = original(data)
    if answer[0] == 200:
        _announce('Delete', record)
    return answer


@wrap(ssm, '_delete_parameters')
def delete_parameters(original, data):
    records = {name: ssm._lookup_parameter(name)[1] for name in data.get('Names', [])}
    answer = original(data)
    if answer[0] == 200:
        for name in json.loads(answer[2])['DeletedParameters']:
            _announce('Delete', records[name])
    return answer


@wrap(ssm, '_label_parameter_version')
def label_parameter_version(original, data):
    answer = original(data)
    if answer[0] == 200:
        _announce('LabelParameterVersion', ssm._parameters[data['Name']])
    return answer
