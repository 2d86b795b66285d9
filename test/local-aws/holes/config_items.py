"""Changes of resources that AWS Config records.

AWS Config puts an event with the configuration item on the default bus; one that is too large names the place in the delivery bucket instead.
https://docs.aws.amazon.com/config/latest/developerguide/example-sns-notification.html
https://docs.aws.amazon.com/config/latest/developerguide/oversized-notification-example.html
MiniStack records nothing. Here `POST /_local/config-item` with `{account, region, resourceType, resourceId, changeType}` makes such a change, with
the `configuration` that is given, and `"oversized": true` for a large one. changeType is CREATE, UPDATE or DELETE.
"""

import time

from ministack.core.responses import request_scope
from ministack.services import config

from holes.config_evaluations import announce, iso
from routes import route

_STATUS = {'CREATE': 'ResourceDiscovered', 'UPDATE': 'OK', 'DELETE': 'ResourceDeleted'}


@route('POST', '/_local/config-item')
def config_item(request):
    account, region, change = request['account'], request['region'], request['changeType']
    if change not in _STATUS:
        raise ValueError(f'changeType {change}: it is one of {", ".join(_STATUS)}')
    with request_scope(account, region):
        announce('Config Configuration Item Change', _detail(request, change), [_arn(request)])
    return 200, {'arn': _arn(request)}


def _detail(request, change):
    now = time.time()
    item = {
        'awsAccountId': request['account'], 'awsRegion': request['region'], 'resourceType': request['resourceType'],
        'resourceId': request['resourceId'], 'ARN': _arn(request), 'configurationItemCaptureTime': iso(now - 1),
        'configurationItemStatus': _STATUS[change], 'configurationItemVersion': '1.3', 'configurationStateId': int(now * 1000), 'configurationStateMd5Hash': '',
    }
    common = {'recordVersion': '1.3', 'notificationCreationTime': iso(now)}
    if request.get('oversized'):
        return {
            **common, 'messageType': 'OversizedConfigurationItemChangeNotification', 'configurationItemSummary': {**item, 'changeType': change},
            's3DeliverySummary': {'s3BucketLocation': f'{_bucket()}/AWSLogs/{request["account"]}/Config/{request["region"]}/OversizedChangeNotification/'
                                                      f'{item["configurationStateId"]}.json.gz', 'errorCode': None, 'errorMessage': None},
        }
    return {
        **common, 'messageType': 'ConfigurationItemChangeNotification',
        'configurationItemDiff': {'changeType': change, 'changedProperties': {}},
        'configurationItem': {**item, 'configuration': request.get('configuration', {}), 'tags': {}, 'relationships': [], 'relatedEvents': []},
    }


def _arn(request):
    service = request['resourceType'].split('::')[1].lower()
    return f'arn:aws:{service}:{request["region"]}:{request["account"]}:{request["resourceId"]}'


def _bucket():
    return next((channel.get('s3BucketName') for channel in config._delivery_channels.values()), 'no-delivery-bucket')
