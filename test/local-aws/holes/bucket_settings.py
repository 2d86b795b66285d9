"""Encryption, lifecycle, access logs, ownership and tags of buckets that CloudFormation makes.

AWS sets them through S3's own calls and fails the resource with S3's answer. MiniStack sets some settings that way and drops these.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""

from xml.etree.ElementTree import Element, SubElement, tostring

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from patching import replace


def _body(tag, children):
    root = Element(tag, xmlns=s3.S3_NS)
    _fill(root, children)
    return tostring(root, encoding='utf-8')


def _fill(parent, children):
    """Pairs of tag and value; a list of pairs is a child with children, nothing is left out."""
    for tag, value in children:
        if value is None:
            continue
        child = SubElement(parent, tag)
        if isinstance(value, list):
            _fill(child, value)
        else:
            child.text = str(value).lower() if isinstance(value, bool) else str(value)


def _encryption(config):
    def rule(entry):
        default = entry['ServerSideEncryptionByDefault']
        return ('Rule', [
            ('ApplyServerSideEncryptionByDefault', [
                ('SSEAlgorithm', default['SSEAlgorithm']), ('KMSMasterKeyID', default.get('KMSMasterKeyID'))]),
            ('BucketKeyEnabled', entry.get('BucketKeyEnabled', False)),
        ])
    return _body('ServerSideEncryptionConfiguration', [rule(entry) for entry in config['ServerSideEncryptionConfiguration']])


def _lifecycle(config):
    def rule(entry):
        expiration = [('Days', entry.get('ExpirationInDays')), ('ExpiredObjectDeleteMarker', entry.get('ExpiredObjectDeleteMarker'))]
        noncurrent, abort = entry.get('NoncurrentVersionExpiration'), entry.get('AbortIncompleteMultipartUpload')
        return ('Rule', [
            ('ID', entry.get('Id')),
            ('Filter', [('Prefix', entry.get('Prefix', ''))]),
            ('Status', entry['Status']),
            *[('Transition', [('Days', each['TransitionInDays']), ('StorageClass', each['StorageClass'])])
              for each in entry.get('Transitions', [])],
            ('Expiration', expiration if any(value is not None for _, value in expiration) else None),
            ('NoncurrentVersionExpiration', noncurrent and [('NoncurrentDays', noncurrent['NoncurrentDays'])]),
            ('AbortIncompleteMultipartUpload', abort and [('DaysAfterInitiation', abort['DaysAfterInitiation'])]),
        ])
    return _body('LifecycleConfiguration', [rule(entry) for entry in config['Rules']])


def _logging(config):
    return _body('BucketLoggingStatus', [('LoggingEnabled', [
        ('TargetBucket', config.get('DestinationBucketName')), ('TargetPrefix', config.get('LogFilePrefix', ''))])])


def _ownership(config):
    return _body('OwnershipControls', [('Rule', [('ObjectOwnership', rule['ObjectOwnership'])]) for rule in config['Rules']])


def _tagging(tags):
    return _body('Tagging', [('TagSet', [('Tag', [('Key', tag['Key']), ('Value', tag['Value'])]) for tag in tags])])


_MORE = (
    ('BucketEncryption', _encryption, s3._put_bucket_encryption, s3._delete_bucket_encryption),
    ('LifecycleConfiguration', _lifecycle, s3._put_bucket_lifecycle, s3._delete_bucket_lifecycle),
    ('LoggingConfiguration', _logging, s3._put_bucket_logging,
     lambda name: s3._put_bucket_logging(name, _body('BucketLoggingStatus', []))),
    ('OwnershipControls', _ownership, s3._put_bucket_ownership_controls, s3._delete_bucket_ownership_controls),
    ('Tags', _tagging, s3._put_bucket_tagging, s3._delete_bucket_tagging),
)


@replace(provisioners, '_s3_apply_configurations')
def apply_configurations(name, props, old_props=None):
    for prop, to_xml, put, delete in (*provisioners._S3_BUCKET_CONFIGURATIONS, *_MORE):
        if prop in props:
            answer = put(name, to_xml(props[prop] or {}))
            if answer[0] >= 400:
                raise ValueError(f'S3 does not take the {prop} of {name}: {answer[2]!r}')
        elif old_props and prop in old_props:
            delete(name)
