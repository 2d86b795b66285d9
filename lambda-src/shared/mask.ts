import { createHash } from 'node:crypto';

/** Stands for a resource's id in a log: the same id has the same mask, and nobody reads the id from it. */
export function maskResourceId(id: string): string {
  return id === '' ? '' : `masked-${createHash('sha256').update(id).digest('hex').slice(0, 12)}`;
}

/** Numbers of four parts that begin and end there: neither part of a longer version number nor of a name. */
const IPV4 = /(?<![\w.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w]|\.\d)/g;
/** What may be an address of version 6: groups of hexadecimal digits and colons, and perhaps an address of version 4 behind them. */
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{1,4})?(?![\w:])/gi;

/** A text without the IP addresses in it. */
export function maskAddresses(text: string): string {
  return text.replace(IPV6, (found) => (isIpv6(found) ? 'masked-address' : found)).replace(IPV4, 'masked-address');
}

/** Eight groups, or fewer with one gap: times of a day and names with colons (`AWS::EC2::Volume`) are none. */
function isIpv6(text: string): boolean {
  const gaps = text.split('::').length - 1;
  const groups = text.split(':').filter((group) => group !== '').reduce((count, group) => count + (group.includes('.') ? 2 : 1), 0);
  if (gaps === 0) return groups === 8 && !text.startsWith(':') && !text.endsWith(':');
  return gaps === 1 && groups > 0 && groups < 8;
}
