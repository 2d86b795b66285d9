import { Annotations, Stack, TimeZone, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { DailyReportProps } from './daily-report-props';
import { requireWebhookHosts } from './webhook-hosts';
import { DriftMonitor } from '../drift/drift-monitor';
import { requireHub, requireProfileIfGiven, requireWebhookSecret } from '../private/kinds';
import { refuse, requireKind, requireObject, requireText, requireWholeNumber } from '../private/validation';

const PROP = 'DailyReport';
/** No zone puts its clocks forward later in the day. */
const LAST_HOUR_SKIPPED = 3;
/** Settings of a function have 4 KB together, and a monitor takes some 300 bytes of them. */
const MOST_MONITORS = 8;
/** As many as fit into a section of a Slack message. */
const MOST_RULES = 25;
/** Characters that S3 calls safe in keys. https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const PREFIX = /^[A-Za-z0-9!_.*'()-]+(\/[A-Za-z0-9!_.*'()-]+)*$/;

export function checkDailyReport(scope: Construct, props: DailyReportProps): void {
  const { hour, minute, webhookSecret, webhookJsonKey, webhookHosts, topRules, prefix, monitors = [] } = props;
  requireHub(`${PROP}.hub`, props.hub);
  requireProfileIfGiven(`${PROP}.profile`, props.profile);
  if (webhookSecret !== undefined) { requireWebhookSecret(`${PROP}.webhookSecret`, webhookSecret); }
  if (props.timeZone !== undefined) {
    requireObject(`${PROP}.timeZone`, props.timeZone, 'timezoneName', 'a TimeZone', 'use one of its members, such as TimeZone.EUROPE_BERLIN');
  }
  if (hour !== undefined) { requireWholeNumber(`${PROP}.hour`, hour, 0, 23, 'leave it out for 8'); }
  if (minute !== undefined) { requireWholeNumber(`${PROP}.minute`, minute, 0, 59, 'leave it out for the full hour'); }
  if (topRules !== undefined) { requireWholeNumber(`${PROP}.topRules`, topRules, 1, MOST_RULES, 'leave it out for 10; the files have all rules'); }
  if (webhookJsonKey !== undefined) {
    requireSecret('webhookJsonKey', webhookSecret, webhookJsonKey);
    requireText(`${PROP}.webhookJsonKey`, webhookJsonKey, 256, 'name a key of the secret, or leave it out');
  }
  if (webhookHosts !== undefined) {
    requireSecret('webhookHosts', webhookSecret, webhookHosts);
    requireWebhookHosts(`${PROP}.webhookHosts`, webhookHosts);
  }
  if (prefix !== undefined && !Token.isUnresolved(prefix) && (!PREFIX.test(prefix) || prefix.length > 200)) {
    refuse(`${PROP}.prefix`, prefix, '1 to 200 letters, digits and the characters ! _ . * \' ( ) - / without a slash at its beginning or end', 'choose another folder');
  }
  checkMonitors(scope, monitors);
  warnOfSkippedHour(scope, props);
}

/** EventBridge Scheduler leaves out what falls into the time over which clocks are put forward. */
function warnOfSkippedHour(scope: Construct, { hour = 8, timeZone = TimeZone.ETC_UTC }: DailyReportProps): void {
  if (Token.isUnresolved(hour) || hour > LAST_HOUR_SKIPPED || timeZone.timezoneName === TimeZone.ETC_UTC.timezoneName) { return; }
  Annotations.of(scope).addWarningV2('cdk-compliance-monitoring:DailyReport.skippedHour',
    `Where clocks of ${timeZone.timezoneName} are put forward over ${hour} o'clock, there is no report on that day; choose an hour from ${LAST_HOUR_SKIPPED + 1} on`);
}

function requireSecret(name: string, webhookSecret: unknown, value: unknown): void {
  if (webhookSecret === undefined) { refuse(`${PROP}.${name}`, value, 'nothing without webhookSecret', 'give webhookSecret, or leave it out'); }
}

function checkMonitors(scope: Construct, monitors: readonly DriftMonitor[]): void {
  if (monitors.length > MOST_MONITORS) {
    refuse(`${PROP}.monitors`, `${monitors.length} monitors`, `up to ${MOST_MONITORS}`, 'make a second report with another prefix');
  }
  monitors.forEach((monitor, index) => {
    const prop = `${PROP}.monitors[${index}]`;
    requireKind(prop, monitor, DriftMonitor, 'give the monitor itself, as ComplianceMonitoringSystem.driftMonitor is');
    if (monitors.indexOf(monitor) !== index) { refuse(prop, monitor.node.path, 'each monitor once', 'remove the second one'); }
    const [own, its] = [Stack.of(scope), Stack.of(monitor)];
    for (const place of ['account', 'region'] as const) {
      if (!Token.isUnresolved(own[place]) && !Token.isUnresolved(its[place]) && own[place] !== its[place]) {
        refuse(prop, `${monitor.node.path} in ${its[place]}`, `monitors of the report's own ${place}, ${own[place]}`, 'report each account and region by itself');
      }
    }
  });
}
