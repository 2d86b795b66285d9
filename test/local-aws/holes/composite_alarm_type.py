"""Composite alarms in CloudFormation.

AWS makes, changes and deletes them. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-compositealarm.html
MiniStack has them in its CloudWatch, but refuses a template with one.
"""

from ministack.services import cloudwatch
from ministack.services.cloudformation import provisioners


def _put(name, props):
    enabled = provisioners._cfn_bool(props.get('ActionsEnabled', True))
    answer = cloudwatch._put_composite_alarm({}, {**props, 'AlarmName': name, 'ActionsEnabled': enabled}, False, True)
    if answer[0] >= 400:
        raise ValueError(answer[2].decode())
    return name, {'Arn': cloudwatch._composite_alarms[name]['AlarmArn']}


def create(logical_id, props, stack_name):
    return _put(props.get('AlarmName') or provisioners._physical_name(stack_name, logical_id, max_len=255), props)


def update(physical_id, old_props, new_props, stack_name):
    return _put(physical_id, new_props)


def delete(physical_id, props):
    cloudwatch._delete_alarms({}, {'AlarmNames': [physical_id]}, False, True)


provisioners._REPLACING_PROPERTIES['AWS::CloudWatch::CompositeAlarm'] = ('AlarmName',)
provisioners._RESOURCE_HANDLERS['AWS::CloudWatch::CompositeAlarm'] = {'create': create, 'update': update, 'delete': delete}
