import { SlackNotifierProps } from './slack-notifier-props';
import { requireWebhookHosts } from './webhook-hosts';
import { requireHub, requireProfileIfGiven, requireWebhookSecret } from '../private/kinds';
import { refuse, requireText, requireWholeNumber } from '../private/validation';

const PROP = 'SlackNotifier';
/** A local AWS brings ten messages at a time: fewer than that, or a burst there would never be one. */
export const DEFAULT_BURST = 5;
/** Beyond it a batch of single messages would take longer than the function has, at a message a second. */
const MOST_BURST = 10;
/** A function's settings have 4 KB together. */
const MOST_ROUTES = 10;

export function checkSlackNotifier({ webhookSecret, webhookJsonKey, routes = [], webhookHosts = ['hooks.slack.com'], burstThreshold, hub, profile }: SlackNotifierProps): void {
  requireHub(`${PROP}.hub`, hub);
  requireProfileIfGiven(`${PROP}.profile`, profile);
  if (webhookSecret !== undefined) { requireWebhookSecret(`${PROP}.webhookSecret`, webhookSecret); }
  if (!webhookSecret && routes.length === 0) {
    refuse(`${PROP}.webhookSecret`, webhookSecret, 'a secret, routes, or both', 'say which channel is told');
  }
  if (routes.length > MOST_ROUTES) { refuse(`${PROP}.routes`, `${routes.length} routes`, `up to ${MOST_ROUTES}`, 'make a second notifier'); }
  const names = routes.map(({ name }) => name);
  routes.forEach(({ name, webhookJsonKey: key, webhookSecret: secret }, index) => {
    const prop = `${PROP}.routes[${index}]`;
    if (!/^[A-Za-z][A-Za-z0-9]{0,31}$/.test(name) || (webhookSecret && name === 'Default')) {
      refuse(`${prop}.name`, name, '1 to 32 letters and digits, the first a letter, and not Default beside webhookSecret', 'choose another name');
    }
    if (names.indexOf(name) !== index) { refuse(`${prop}.name`, name, 'each name once', 'choose another name'); }
    requireWebhookSecret(`${prop}.webhookSecret`, secret);
    if (key !== undefined) { requireText(`${prop}.webhookJsonKey`, key, 256, 'name a key of the secret, or leave it out'); }
  });
  if (webhookJsonKey !== undefined) { requireText(`${PROP}.webhookJsonKey`, webhookJsonKey, 256, 'name a key of the secret, or leave it out'); }
  requireWebhookHosts(`${PROP}.webhookHosts`, webhookHosts);
  if (burstThreshold !== undefined) { requireWholeNumber(`${PROP}.burstThreshold`, burstThreshold, 1, MOST_BURST, 'leave it out for 5'); }
}
