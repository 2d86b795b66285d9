"""Keys that a service uses for whoever calls it.

AWS asks the policies of the caller, and of the key, whether the caller may use the key through the service:
S3        https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
SQS       https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
SNS       https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
SSM       https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
Secrets   https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
MiniStack uses no key, so that no policy is asked. DynamoDB, whose grants and cached keys make another story, is left out here.
"""

import json

from ministack.core import iam_evaluator
from ministack.core.responses import get_region
from ministack.services import s3, secretsmanager, sns, sqs, ssm

from authorizing import caller_role, current_request, role_may, service_may
from patching import wrap

_READS_PARAMETERS = ('ssm:GetParameter', 'ssm:GetParameterHistory', 'ssm:GetParameters', 'ssm:GetParametersByPath')


@wrap(iam_evaluator, 'enforce')
def enforce(original, access_key_id, iam_action, service, region, resource_arn='*', service_context=None):
    denied = original(access_key_id, iam_action, service, region, resource_arn, service_context)
    role = caller_role(access_key_id) if denied is None else None
    if role and not may_use_key(role, iam_action, resource_arn, _content()):
        return iam_evaluator.EvalResult('ImplicitDeny', principal_arn=role)
    return denied


def may_use_key(role, action, resource, content=None):
    """Whether the role may use the keys that this call needs; true where it needs none."""
    return all(role_may(role, key_action, key, _context(action, context))
               for key_action, key, context in _uses(action, resource, content or {}))


def service_may_use_key(principal, action, resource, context):
    """The same for a service of AWS."""
    return all(service_may(principal, key_action, key, context) for key_action, key, _ in _uses(action, resource, {}))


def _uses(action, resource, content):
    if action in ('s3:GetObject', 's3:PutObject'):
        key = _key_of_bucket(resource)
        return [('kms:Decrypt' if action == 's3:GetObject' else 'kms:GenerateDataKey', key, {})] if key else []
    if action in ('sqs:ReceiveMessage', 'sqs:SendMessage'):
        return _of_messages((sqs._queue_by_arn(resource) or {}).get('attributes') or {}, action == 'sqs:SendMessage')
    if action == 'sns:Publish':
        return _of_messages((sns._topic_by_arn_any_scope(resource) or {}).get('attributes') or {}, True)
    if action == 'secretsmanager:GetSecretValue':
        _, secret = secretsmanager._resolve(resource)
        return [('kms:Decrypt', secret['KmsKeyId'], {'SecretARN': secret['ARN']})] if _is_own((secret or {}).get('KmsKeyId')) else []
    if action == 'ssm:PutParameter' and content.get('Type') == 'SecureString':
        # A standard parameter is encrypted by KMS itself, an advanced one with a data key.
        key_action = 'kms:GenerateDataKey' if content.get('Tier') == 'Advanced' else 'kms:Encrypt'
        return _of_parameter(key_action, content.get('KeyId'), resource)
    if action in _READS_PARAMETERS and content.get('WithDecryption'):
        return [use for record in _records(action, resource) for use in _of_parameter('kms:Decrypt', record.get('KeyId'), record['ARN'])]
    return []


def _of_messages(attributes, sending):
    key = attributes.get('KmsMasterKeyId')
    actions = ['kms:Decrypt', 'kms:GenerateDataKey'] if sending else ['kms:Decrypt']
    return [(action, key, {}) for action in actions] if _is_own(key) else []


def _of_parameter(key_action, key, arn):
    return [(key_action, key, {'PARAMETER_ARN': arn})] if _is_own(key) else []


def _records(action, resource):
    _, _, name = resource.partition(':parameter')
    if action == 'ssm:GetParametersByPath':
        return [record for other, record in list(ssm._parameters.items())
                if other.startswith(f'{name.rstrip("/")}/') and record['Type'] == 'SecureString']
    record = ssm._parameters.get(name)
    return [record] if record and record['Type'] == 'SecureString' else []


def _key_of_bucket(object_arn):
    bucket = object_arn.split(':')[-1].split('/')[0]
    key = s3._bucket_default_sse_headers(bucket).get('x-amz-server-side-encryption-aws-kms-key-id') if bucket else None
    return key if _is_own(key) else None


def _is_own(key):
    """A key of AWS's own needs no policy."""
    return bool(key) and ':alias/aws/' not in key and not key.startswith('alias/aws/')


def _context(action, context):
    service = action.split(':')[0]
    via = {'kms:ViaService': f'{service}.{get_region()}.amazonaws.com'}
    return {**via, **{f'kms:EncryptionContext:{name}': value for name, value in context.items()}}


def _content():
    try:
        content = json.loads(current_request().body or b'{}')
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
