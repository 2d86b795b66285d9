import { maskAddresses, maskResourceId } from '../../../lambda-src/shared/mask';

describe('a masked id', () => {
  it('is the same for the same id, and shows nothing of it', () => {
    expect(maskResourceId('vol-0f0b1ec8ced432a26')).toMatch(/^masked-[0-9a-f]{12}$/);
    expect(maskResourceId('a')).toBe(maskResourceId('a'));
    expect(maskResourceId('a')).not.toBe(maskResourceId('b'));
    expect(maskResourceId('')).toBe('');
  });
});

describe('masked addresses', () => {
  it.each(['10.0.0.1', '255.255.255.255', '1.2.3.4', '::1', '2001:db8::8a2e:370:7334', 'fe80::1', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.33', '2001:DB8::', '64:ff9b::192.0.2.33'])('hide %s', (address) => {
    expect(maskAddresses(address)).toBe('masked-address');
    expect(maskAddresses(`from (${address}), then`)).toBe('from (masked-address), then');
  });

  it.each(['AWS::EC2::Volume', '12:30:00', '2026-11-24T11:59:00.123Z', '1.2.3', '1.2.3.4.5', '256.1.1.1', 'v1.2.3.4-rule', 'a::b::c', '::', '1:2:3', 'arn:aws:ec2:eu-central-1:111122223333:volume/vol-1'])('leave %s', (text) => {
    expect(maskAddresses(text)).toBe(text);
  });

  it('hide each of several, at the end of a sentence too', () => {
    expect(maskAddresses('10.0.0.1-10.0.0.2 and ::1.')).toBe('masked-address-masked-address and masked-address.');
  });
});
