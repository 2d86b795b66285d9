"""A SecureString read without decryption.

AWS returns the ciphertext that KMS made of the value: another one for each version, the same one for each read of it.
https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html
MiniStack returns the value in base64, so that a leak of it would not be noticed.
"""

import base64
import os

from ministack.services import ssm

from patching import wrap

# KMS ciphertexts start with these bytes, so that their base64 starts with AQICAH.
_KMS_HEADER = bytes([1, 2, 2, 0, 0x78])
_KMS_OVERHEAD = 147


@wrap(ssm, '_put_parameter')
def put_parameter(original, data):
    answer = original(data)
    if answer[0] == 200:
        record = ssm._parameters[data['Name']]
        if record['Type'] == 'SecureString':
            size = len(record['OriginalValue'].encode()) + _KMS_OVERHEAD
            ciphertext = base64.b64encode(_KMS_HEADER + os.urandom(size)).decode()
            record['Value'] = ciphertext
            ssm._parameter_history[data['Name']][-1]['Value'] = ciphertext
    return answer
