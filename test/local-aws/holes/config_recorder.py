"""The recorder and the delivery channel of AWS Config.

AWS has one of each in an account and region, starts a recorder only where a channel is, and keeps the last channel
while a recorder runs. https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html
MiniStack takes any number, asks for nothing, and cannot delete them.
"""

import time

from ministack.services import config, s3

from config_api import Refused, action


@action('PutConfigurationRecorder')
def put_recorder(request):
    wanted = request['ConfigurationRecorder']
    name = wanted.get('name') or 'default'
    if not wanted.get('roleARN', '').startswith('arn:'):
        raise Refused('InvalidRoleException', 'Provided role is null or empty or is not valid.')
    if name not in config._recorders and len(config._recorders):
        raise Refused('MaxNumberOfConfigurationRecordersExceededException',
                      f"Failed to put configuration recorder '{name}' because the maximum number of configuration recorders: 1 is reached.")
    _check_group(wanted.get('recordingGroup') or {})
    config._put_configuration_recorder({'ConfigurationRecorder': {'recordingGroup': {'allSupported': True}, **wanted, 'name': name}})


def _check_group(group):
    strategy = (group.get('recordingStrategy') or {}).get('useOnly')
    excluded = (group.get('exclusionByResourceTypes') or {}).get('resourceTypes')
    if strategy == 'EXCLUSION_BY_RESOURCE_TYPES' and not excluded:
        raise Refused('InvalidRecordingGroupException', 'exclusionByResourceTypes is required for EXCLUSION_BY_RESOURCE_TYPES.')
    if group.get('allSupported') and (group.get('resourceTypes') or excluded):
        raise Refused('InvalidRecordingGroupException', 'The recording group provided is not valid: allSupported does not go with resource types.')


@action('DeleteConfigurationRecorder')
def delete_recorder(request):
    del config._recorders[_known(request)['recorder']['name']]


@action('StartConfigurationRecorder')
def start_recorder(request):
    _known(request)
    if not len(config._delivery_channels):
        raise Refused('NoAvailableDeliveryChannelException', 'Delivery channel is not available to start configuration recorder.')
    config._start_configuration_recorder(request)


def _known(request):
    name = request.get('ConfigurationRecorderName')
    if name not in config._recorders:
        raise Refused('NoSuchConfigurationRecorderException', f"Cannot find configuration recorder with the specified name '{name}'.")
    return config._recorders[name]


@action('PutDeliveryChannel')
def put_channel(request):
    if not len(config._recorders):
        raise Refused('NoAvailableConfigurationRecorderException', 'Configuration recorder is not available to put delivery channel.')
    store_channel(request['DeliveryChannel'])


def store_channel(channel):
    name, bucket = channel.get('name') or 'default', channel.get('s3BucketName')
    if name not in config._delivery_channels and len(config._delivery_channels):
        raise Refused('MaxNumberOfDeliveryChannelsExceededException',
                      f"Failed to put delivery channel '{name}' because the maximum number of delivery channels: 1 is reached.")
    if bucket not in s3._buckets:
        raise Refused('NoSuchBucketException', f'Cannot find a S3 bucket with an empty bucket name or the name {bucket}.')
    config._put_delivery_channel({'DeliveryChannel': {**channel, 'name': name}})


@action('DeleteDeliveryChannel')
def delete_channel(request):
    name = request.get('DeliveryChannelName')
    if name not in config._delivery_channels:
        raise Refused('NoSuchDeliveryChannelException', f"Cannot find delivery channel with specified name '{name}'.")
    if any(recorder['recording'] for recorder in config._recorders.values()):
        raise Refused('LastDeliveryChannelDeleteFailedException',
                      f"Failed to delete last specified delivery channel with name '{name}', because there is a running configuration recorder.")
    del config._delivery_channels[name]


@action('DescribeDeliveryChannelStatus')
def channel_status(request):
    names = request.get('DeliveryChannelNames') or list(config._delivery_channels)
    unknown = [name for name in names if name not in config._delivery_channels]
    if unknown:
        raise Refused('NoSuchDeliveryChannelException', f"Cannot find delivery channel with specified name '{unknown[0]}'.")
    delivered = {'lastStatus': 'SUCCESS', 'lastAttemptTime': int(time.time()), 'lastSuccessfulTime': int(time.time())}
    return {'DeliveryChannelsStatus': [
        {'name': name, 'configHistoryDeliveryInfo': delivered, 'configSnapshotDeliveryInfo': delivered,
         'configStreamDeliveryInfo': {'lastStatus': 'SUCCESS', 'lastStatusChangeTime': int(time.time())}} for name in names]}
