"""AWS Config in CloudFormation.

AWS calls the service for each resource, starts a recorder as soon as there is a channel, and stops it before it deletes
it. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_Config.html
MiniStack refuses a template with one of these types.
"""

from ministack.services import config, s3
from ministack.services.cloudformation import provisioners

from holes import config_conformance_packs as packs
from holes.config_evaluations import compliance_of, delete_rule
from holes.config_recorder import delete_channel, delete_recorder, put_recorder, start_recorder, store_channel
from holes.config_rules import put_rule

_handlers = provisioners._RESOURCE_HANDLERS


def register(resource_type, name_of, put, delete, replacing, longest=256):
    """`put` is given name and properties, and returns the attributes; it serves creation and update."""
    def named(logical_id, props, stack_name):
        return props.get(name_of) or provisioners._physical_name(stack_name, logical_id, max_len=longest)

    def create(logical_id, props, stack_name):
        name = named(logical_id, props, stack_name)
        return name, put(name, props)

    def update(physical_id, old_props, new_props, stack_name):
        return physical_id, put(physical_id, new_props)

    provisioners._REPLACING_PROPERTIES[resource_type] = replacing
    _handlers[resource_type] = {'create': create, 'update': update, 'delete': delete}


def _lower(value):
    """The API has its fields in lower camel case here, with `roleARN` and its like as exceptions."""
    if isinstance(value, list):
        return [_lower(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {_EXCEPTIONS.get(key, key[0].lower() + key[1:]): _lower(each) for key, each in value.items()}


_EXCEPTIONS = {'S3BucketName': 's3BucketName', 'S3KeyPrefix': 's3KeyPrefix', 'S3KmsKeyArn': 's3KmsKeyArn', 'SnsTopicARN': 'snsTopicARN'}


def _start_what_waits():
    for name, recorder in config._recorders.items():
        if not recorder['recording'] and len(config._delivery_channels):
            start_recorder({'ConfigurationRecorderName': name})


def _put_recorder(name, props):
    given = _as_booleans({key: value for key, value in _lower(props).items() if key != 'name'})
    put_recorder({'ConfigurationRecorder': {**given, 'name': name}})
    _start_what_waits()
    return {}


def _as_booleans(value):
    """A template may say "true"."""
    if isinstance(value, dict):
        return {key: provisioners._cfn_bool(each) if key in ('allSupported', 'includeGlobalResourceTypes') else _as_booleans(each)
                for key, each in value.items()}
    return value


def _delete_recorder(name, props):
    if name in config._recorders:
        config._stop_configuration_recorder({'ConfigurationRecorderName': name})
        delete_recorder({'ConfigurationRecorderName': name})


def _put_channel(name, props):
    # Recorder and channel wait for each other on AWS; here they come one after the other, in either order.
    store_channel({**_lower(props), 'name': name})
    _start_what_waits()
    return {}


def _delete_channel(name, props):
    if name in config._delivery_channels:
        for recorder in config._recorders:
            config._stop_configuration_recorder({'ConfigurationRecorderName': recorder})
        delete_channel({'DeliveryChannelName': name})


def _put_rule(name, props):
    put_rule({'ConfigRule': {**packs.in_api_shape(props), 'ConfigRuleName': name}, 'Tags': props.get('Tags')})
    rule = config._config_rules[name]
    return {'Arn': rule['ConfigRuleArn'], 'ConfigRuleId': rule['ConfigRuleId'], 'Compliance.Type': compliance_of(name)['ComplianceType']}


def _delete_rule(name, props):
    if name in config._config_rules:
        delete_rule({'ConfigRuleName': name})


def _pack_putter(store, prefix):
    def put(name, props):
        packs.put(store, prefix, name, _template(props), props.get('ConformancePackInputParameters') or [])
        return {}
    return put


def _template(props):
    address = props.get('TemplateS3Uri')
    if not address:
        return props.get('TemplateBody')
    bucket, _, key = address.removeprefix('s3://').partition('/')
    body = s3._get_object_data(bucket, key)
    if body is None:
        raise ValueError(f'The template {address} cannot be read.')
    return body.decode()


def _pack_deleter(store):
    def delete(name, props):
        if name in store:
            packs.delete(store, name, 'NoSuchConformancePackException')
    return delete


register('AWS::Config::ConfigurationRecorder', 'Name', _put_recorder, _delete_recorder, ('Name',))
register('AWS::Config::DeliveryChannel', 'Name', _put_channel, _delete_channel, ('Name',))
register('AWS::Config::ConfigRule', 'ConfigRuleName', _put_rule, _delete_rule, ('ConfigRuleName',), longest=128)
register('AWS::Config::ConformancePack', 'ConformancePackName', _pack_putter(packs._packs, 'conformance-pack'),
         _pack_deleter(packs._packs), ('ConformancePackName',))
register('AWS::Config::OrganizationConformancePack', 'OrganizationConformancePackName',
         _pack_putter(packs._organization_packs, 'organization-conformance-pack'),
         _pack_deleter(packs._organization_packs), ('OrganizationConformancePackName',), longest=128)
