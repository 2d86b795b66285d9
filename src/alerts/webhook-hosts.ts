import { Token } from 'aws-cdk-lib';
import { refuse } from '../private/validation';

const HOST = /^([a-z0-9-]+(\.[a-z0-9-]+)*|\[::1\])(:\d{1,5})?$/;

/** Hosts that a webhook may have: whoever can write its secret must not be able to send elsewhere. */
export function requireWebhookHosts(prop: string, hosts: readonly string[]): void {
  if (hosts.length === 0 || hosts.length > 10) { refuse(prop, `${hosts.length} hosts`, '1 to 10', 'leave it out for Slack\'s own'); }
  hosts.forEach((host, index) => {
    if (!Token.isUnresolved(host) && !HOST.test(host)) {
      refuse(`${prop}[${index}]`, host, 'a host in small letters, with a port where it is not 443', 'leave out https:// and the path');
    }
  });
}
