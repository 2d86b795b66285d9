import { App, CfnParameter, Duration, Stack, StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as rds from 'aws-cdk-lib/aws-rds';
import { AWS_METRICS } from './aws-metrics';
import {
  AccountMonitoring, ComplianceDashboard, ComplianceDashboardProps, ComplianceEventHub, DeploymentRecord, EnvironmentProfile, HubAccess,
} from '../../../src';
import { DIMENSIONS, METRIC_NAMESPACE, METRICS } from '../../../src/drift/contract';
import { EVENT_METRICS, HUB_DIMENSION, SCORE_LINES } from '../../../src/events/contract';
import { DEPLOYMENT_METRICS } from '../../../src/foundation/contract';
import { RECORDER_METRICS } from '../../../src/rules/contract';
import { flat, monitorIn, ofType, only, resourcesOf, stackOf } from '../support';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: { readonly title?: string; readonly markdown?: string; readonly alarms?: unknown[]; readonly metrics?: unknown[][] };
}
interface Read {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: string[];
}

function bodyOf(stack: Stack): { widgets: Widget[]; start?: string } {
  const body = only(resourcesOf(stack), 'AWS::CloudWatch::Dashboard').Properties.DashboardBody;
  return JSON.parse(flat(body)) as { widgets: Widget[] };
}
const headings = (stack: Stack) => bodyOf(stack).widgets.flatMap(({ properties }) => properties.markdown ?? []);
const cluster = (stack: Stack) => rds.DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', { clusterIdentifier: 'finserv' });
const common = { organizationName: 'bank', profile: EnvironmentProfile.STAGING };
const BOTH = [DIMENSIONS.environment, DIMENSIONS.organization];
/** Our own metrics, each with the dimensions that its function writes it with. */
const OWN: { readonly [name: string]: string[] } = Object.fromEntries([
  ...Object.values(METRICS).map((name) => [name, BOTH] as const),
  ...Object.values(DEPLOYMENT_METRICS).map((name) => [name, BOTH] as const),
  ...Object.values(RECORDER_METRICS).map((name) => [name, [DIMENSIONS.organization]] as const),
  ...Object.values(EVENT_METRICS).map((name) => [name, [HUB_DIMENSION]] as const),
]);

function full(stack: Stack, more: Partial<ComplianceDashboardProps> = {}): ComplianceDashboard {
  const driftMonitor = monitorIn(stack);
  return new ComplianceDashboard(stack, 'Dashboard', {
    driftMonitor,
    eventHub: new ComplianceEventHub(stack, 'Hub', { access: HubAccess.organization('o-a1b2c3d4e5'), busName: 'compliance', profile: common.profile }),
    deployments: new DeploymentRecord(stack, 'Deployments', { ...common, table: driftMonitor.table }),
    databaseCluster: cluster(stack),
    configRecorder: new AccountMonitoring(stack, 'Account', common).recorder,
    title: 'Staging of bank',
    ...more,
  });
}

/** What a widget reads: `[namespace, name, dimension, value, …, options]`, or an expression that searches. */
function readsOf(metrics: unknown[][]): Read[] {
  return metrics.flatMap((parts) => {
    const [first] = parts;
    if (typeof first === 'object') {
      const search = /^SEARCH\('\{([^,}]+),?([^}]*)\} MetricName="(\w+)"'/.exec((first as { expression: string }).expression);
      // What another expression reads stands beside it.
      return search === null ? [] : { namespace: search[1], metricName: search[3], dimensions: search[2].split(',').filter((name) => name !== '') };
    }
    const [namespace, metricName, ...rest] = parts.filter((part) => typeof part === 'string');
    return { namespace, metricName, dimensions: rest.filter((_, index) => index % 2 === 0) };
  });
}

test('every metric of every widget is one that something writes, by the dimensions that it has', () => {
  const stack = stackOf();
  full(stack);
  const reads = bodyOf(stack).widgets.flatMap(({ properties }) => readsOf(properties.metrics ?? []));
  expect(reads.length).toBeGreaterThan(40);
  for (const { namespace, metricName, dimensions } of reads) {
    if (namespace === METRIC_NAMESPACE) {
      expect([metricName, [...dimensions].sort()]).toEqual([metricName, OWN[metricName]]);
    } else {
      expect(AWS_METRICS[namespace]?.metrics[metricName]).toContainEqual(dimensions);
    }
  }
});

test('every metric that the library writes has its place', () => {
  const stack = stackOf();
  full(stack);
  const shown = bodyOf(stack).widgets.flatMap(({ properties }) => readsOf(properties.metrics ?? [])).map(({ metricName }) => metricName);
  expect(Object.keys(OWN).filter((metric) => !shown.includes(metric))).toEqual([]);
});

test('AWS/Config has no metric of compliance, and nothing reads one', () => {
  expect(Object.keys(AWS_METRICS['AWS/Config'].metrics)).not.toContain('ComplianceScore');
  const stack = stackOf();
  full(stack);
  expect(JSON.stringify(bodyOf(stack))).not.toMatch(/"AWS\/Config","ComplianceScore"/);
});

test('sections stand in the order of the page, and nothing overlaps or leaves the grid', () => {
  const stack = stackOf();
  full(stack, { sections: [{ title: 'Mine', widgets: [new cloudwatch.TextWidget({ markdown: 'note', width: 6, height: 2 })] }] });
  expect(headings(stack)).toEqual([
    '# Staging of bank', '## Drift below /bank/Staging', '## Compliance events of compliance', '## Deployments', '## Functions',
    '## Changes waiting for a check', '## Findings table', '## Events table', '## Database', '## Config recorder', '## AWS Config in this account and region', '## Mine', 'note',
  ]);
  const taken = new Set<string>();
  for (const { x, y, width, height } of bodyOf(stack).widgets) {
    expect(x + width).toBeLessThanOrEqual(24);
    for (let column = x; column < x + width; column++) {
      for (let row = y; row < y + height; row++) {
        expect(taken.has(`${column},${row}`)).toBe(false);
        taken.add(`${column},${row}`);
      }
    }
  }
});

test('shows the state of all alarms, and functions by names that tell them apart', () => {
  const stack = stackOf();
  const monitor = monitorIn(stack);
  const fn = new lambda.Function(stack, 'Mine', {
    code: lambda.Code.fromInline('exports.handler = async () => {};'), handler: 'index.handler', runtime: lambda.Runtime.NODEJS_22_X,
  });
  const alarm = fn.metricErrors().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
  new ComplianceDashboard(stack, 'Dashboard', {
    driftMonitor: monitor, functions: [fn, monitor.detectFunction], alarms: [alarm, monitor.alarms!.drift],
  });
  const { widgets } = bodyOf(stack);
  expect(widgets.find(({ type }) => type === 'alarm')!.properties.alarms).toHaveLength(ofType(resourcesOf(stack), 'AWS::CloudWatch::Alarm').length);
  const errors = widgets.find(({ properties }) => properties.title === 'Errors')!;
  expect(errors.properties.metrics!.map((parts) => (parts.at(-1) as { label: string }).label)).toEqual(['Detect', 'Policy', 'Mine']);
});

test('alarms and functions of every part', () => {
  const stack = stackOf();
  full(stack);
  const { widgets } = bodyOf(stack);
  expect(widgets.find(({ type }) => type === 'alarm')!.properties.alarms!.map((arn) => /^\$\{(\D+?)[0-9A-F]{8}\.Arn\}$/.exec(arn as string)![1])).toEqual([
    'DriftDriftAlarm', 'DriftDetectionErrorAlarm', 'DriftIncompleteAlarm', 'DriftDetectErrorAlarm', 'DriftDetectThrottleAlarm', 'DriftChangesDeadLetterAlarm',
    'HubErrorRateAlarm', 'HubDeadLetterAlarm', 'HubManyDeadLettersAlarm', 'HubSlowIngestAlarm', 'HubIngestErrorAlarm', 'HubIngestThrottleAlarm',
    'HubLateEventsAlarm', 'HubFailedDeliveriesAlarm', 'HubLostEventsAlarm', 'HubAnnounceDeadLetterAlarm', 'HubAnnounceLateAlarm',
    'HubAnnounceErrorAlarm', 'HubWatchLookErrorAlarm', 'HubWatchSilentMembersAlarm', 'HubWatchUnhealthyRecordersAlarm', 'HubAuditRecountErrorAlarm',
    'HubAuditMismatchAlarm', 'HubExportWriteErrorAlarm', 'HubBackfillReadErrorAlarm', 'HubBackfillTasksDeadLetterAlarm', 'HubUpkeepDeadLetterAlarm',
    'AccountRecorderHealthStoppedAlarm', 'AccountRecorderHealthDeliveryFailedAlarm', 'AccountRecorderHealthCheckErrorsAlarm', 'DeploymentsDeadLetterAlarm',
  ]);
  const errors = widgets.find(({ properties }) => properties.title === 'Errors')!;
  expect(errors.properties.metrics!.map((parts) => (parts.at(-1) as { label: string }).label)).toEqual([
    'Detect', 'Policy', 'Record', 'Ingest', 'Announce', 'Look', 'Recount', 'Write', 'Read', 'Check',
  ]);
});

test("AWS Config's own metrics can be had without a recorder, and left out with one", () => {
  const stack = stackOf();
  const { recorder } = new AccountMonitoring(stack, 'Account', common);
  new ComplianceDashboard(stack, 'Dashboard', { configRecorder: recorder, configMetrics: false });
  expect(headings(stack)).toEqual(['# Compliance', '## Functions', '## Config recorder']);
  const other = stackOf();
  new ComplianceDashboard(other, 'Dashboard', { configMetrics: true });
  expect(headings(other)).toEqual(['# Compliance', '## AWS Config in this account and region']);
});

test('a part that is not there has no section', () => {
  const stack = stackOf();
  new ComplianceDashboard(stack, 'Dashboard', { databaseCluster: cluster(stack) });
  expect(headings(stack)).toEqual(['# Compliance', '## Database']);
  expect(bodyOf(stack).widgets.some(({ type }) => type === 'alarm')).toBe(false);
});

test('opens on a day, or what is asked for; its name is generated unless given', () => {
  const stack = stackOf();
  full(stack);
  expect(bodyOf(stack)).toMatchObject({ start: '-P1D' });
  expect(only(resourcesOf(stack), 'AWS::CloudWatch::Dashboard').Properties).not.toHaveProperty('DashboardName');
  const other = stackOf();
  full(other, { defaultInterval: Duration.hours(3), dashboardName: 'bank-staging' });
  expect(bodyOf(other)).toMatchObject({ start: '-PT3H' });
  expect(only(resourcesOf(other), 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toBe('bank-staging');
});

describe('its URL', () => {
  const urlIn = (env: StackProps['env']) => {
    const stack = stackOf({ env });
    const { dashboardUrl } = full(stack, { dashboardName: 'bank' });
    const template = Template.fromStack(stack).toJSON() as { Mappings?: { [name: string]: unknown } };
    return { url: stack.resolve(dashboardUrl) as unknown, template };
  };

  test.each([
    ['eu-central-1', 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#dashboards/dashboard/'],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1#dashboards/dashboard/'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#dashboards/dashboard/'],
  ])('in %s', (region, url) => {
    const stack = urlIn({ account: '111111111111', region });
    expect(flat(stack.url).replace(/\$\{Dashboard\w+\}$/, '')).toBe(url);
    expect(Object.keys(stack.template.Mappings ?? {}).filter((name) => name.includes('Console'))).toEqual([]);
  });

  test('where the region is known only at deployment, the partition decides then', () => {
    const { url, template } = urlIn(undefined);
    expect(flat(url)).toMatch(/^https:\/\/\$\{AWS::Region\}\.\{"Fn::FindInMap":\["DashboardConsole\w+",\{"Ref":"AWS::Partition"\},"domain"\]\}\/cloudwatch\/home/);
    expect(Object.values(template.Mappings!)).toContainEqual({
      'aws': { domain: 'console.aws.amazon.com' },
      'aws-cn': { domain: 'console.amazonaws.cn' },
      'aws-us-gov': { domain: 'console.amazonaws-us-gov.com' },
    });
  });
});

test('two stand side by side, and more widgets can be added', () => {
  const stack = stackOf();
  for (const id of ['One', 'Two']) { new ComplianceDashboard(stack, id, { configMetrics: true }).dashboard.addWidgets(new cloudwatch.Spacer()); }
  expect(ofType(resourcesOf(stack), 'AWS::CloudWatch::Dashboard')).toHaveLength(2);
});

test.each<[string, (stack: Stack) => ComplianceDashboardProps, string]>([
  ['nothing to show', () => ({}), 'ComplianceDashboard.driftMonitor: got nothing, but allowed is at least one part; '
    + 'give driftMonitor, eventHub, deployments, databaseCluster, configRecorder, configMetrics, functions, alarms or sections'],
  ['a name with a space', () => ({ configMetrics: true, dashboardName: 'my board' }),
    'ComplianceDashboard.dashboardName: got "my board", but allowed is 1 to 255 letters, digits and the characters - _; leave the other characters out'],
  ['101 alarms', (stack) => ({ alarms: Array.from({ length: 101 }, (_, index) => cloudwatch.Alarm.fromAlarmName(stack, `A${index}`, `a${index}`)) }),
    'ComplianceDashboard.alarms: got 101, but allowed is up to 100 with those of the other parts; show the others in a section of your own'],
])('refuses %s', (_, props, message) => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => new ComplianceDashboard(stack, 'Dashboard', props(stack))).toThrow(new Error(message));
});

test('a name that is known only at deployment passes', () => {
  const stack = stackOf();
  new ComplianceDashboard(stack, 'Dashboard', { configMetrics: true, dashboardName: new CfnParameter(stack, 'Name').valueAsString });
  expect(only(resourcesOf(stack), 'AWS::CloudWatch::Dashboard').Properties.DashboardName).toEqual({ Ref: 'Name' });
});

test('a hub: a day of its events, score by account and failing rules from its logs, latency, error rate and what was kept', () => {
  const stack = stackOf();
  full(stack);
  interface Shown { readonly title?: string; readonly query?: string; readonly metrics?: unknown[][] }
  const widgets = bodyOf(stack).widgets.map(({ properties }) => properties as Shown);
  const titled = (title: string) => widgets.find((widget) => widget.title === title)!;
  expect(titled('Events of the last 24 hours')).toMatchObject({ start: '-PT24H', end: 'PT0H' });
  const labels = (title: string) => titled(title).metrics!.flatMap((parts) => (parts.at(-1) as { stat?: string }).stat ?? []);
  expect(labels('From result to store (ms)')).toEqual(['p50', 'p95', 'p99']);
  const query = (title: string) => titled(title).query!.replace(/\$\{HubWatchLookLogs[0-9A-F]{8}\}/, '<logs>').split(/\s\| /);
  expect(query('Score by account')).toEqual([
    "SOURCE '<logs>'", 'fields account, score, compliant, nonCompliant', `filter message = "${SCORE_LINES.score}"`,
    'sort @timestamp desc', 'dedup account', 'limit 100',
  ]);
  expect(query('Rules that most resources break')).toContain(`filter message = "${SCORE_LINES.failingRule}"`);
  expect(JSON.stringify(titled('Events that could not be processed (%), and kept').metrics)).toContain('100 * failed / done');
});
