import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ComplianceDashboardProps } from './compliance-dashboard-props';
import { dashboardUrl } from './console-url';
import { configSection, recorderSection } from './sections/config';
import { databaseSection } from './sections/database';
import { deploymentsSection } from './sections/deployments';
import { driftSection } from './sections/drift';
import { eventsSection } from './sections/events';
import { functionsSection } from './sections/functions';
import { GRID_WIDTH, rowsOf, Section } from './sections/section';
import { queueSection, tableSection } from './sections/storage';
import { ComplianceEventHub } from '../events/compliance-event-hub';
import { refuse, requireKind } from '../private/validation';

/** CloudWatch's limit of an alarm widget. */
const MOST_ALARMS = 100;
/** Alarms beside each other. */
const ALARMS_A_ROW = 4;

/**
 * A dashboard in CloudWatch: state of the alarms, drift, compliance events, deployments, functions, queues, table, database, Config recorder, and sections of your own.
 *
 * It costs USD 3 a month above the account's first three. A part that comes or goes on a live stack changes the dashboard in place.
 */
export class ComplianceDashboard extends Construct {
  /** The dashboard. More widgets can be added to it. */
  public readonly dashboard: cloudwatch.Dashboard;

  private url?: string;

  /**
   * @param scope Where the dashboard belongs.
   * @param id Its name there. Another id on a live stack replaces it.
   * @param props What to show.
   */
  constructor(scope: Construct, id: string, props: ComplianceDashboardProps) {
    super(scope, id);
    checkName(props.dashboardName);
    if (props.eventHub !== undefined) {
      requireKind('ComplianceDashboard.eventHub', props.eventHub, ComplianceEventHub, 'give the hub itself: one that is imported has no functions to show');
    }
    const alarms = alarmsOf(props);
    requireParts(props, alarms);
    const title = new cloudwatch.TextWidget({
      width: GRID_WIDTH, height: 1, markdown: `# ${props.title ?? 'Compliance'}`, background: cloudwatch.TextWidgetBackground.TRANSPARENT,
    });
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      defaultInterval: props.defaultInterval ?? Duration.days(1),
      widgets: [
        [title],
        ...alarmRows(alarms),
        ...sectionsOf(props).flatMap(rowsOf),
      ],
    });
  }

  /** Where a person sees it, in the console of the stack's partition. */
  public get dashboardUrl(): string {
    // Made when it is asked for: the mapping that it may need would stand unused in the template otherwise.
    this.url ??= dashboardUrl(this, this.dashboard.dashboardName);
    return this.url;
  }
}

/** The parts that are there, in the order of the page. A new part is a new line here. */
function sectionsOf(props: ComplianceDashboardProps): Section[] {
  const { driftMonitor: monitor, eventHub, deployments, databaseCluster, configRecorder } = props;
  const functions = unique([
    ...monitor ? [monitor.detectFunction, monitor.policyFunction] : [],
    ...deployments ? [deployments.recordFunction] : [],
    ...eventHub ? eventHub.functions : [],
    ...configRecorder ? [configRecorder.healthFunction] : [],
    ...props.functions ?? [],
  ]);
  return [
    ...monitor ? [driftSection(monitor)] : [],
    ...eventHub ? [eventsSection(eventHub)] : [],
    ...deployments ? [deploymentsSection(deployments)] : [],
    ...functions.length > 0 ? [functionsSection(functions)] : [],
    ...monitor ? [queueSection(monitor.changeQueue, monitor.deadLetterQueue), tableSection('Findings table', monitor.table)] : [],
    ...eventHub ? [tableSection('Events table', eventHub.eventTable)] : [],
    ...databaseCluster ? [databaseSection(databaseCluster)] : [],
    ...configRecorder ? [recorderSection(configRecorder)] : [],
    ...props.configMetrics ?? configRecorder !== undefined ? [configSection()] : [],
    ...props.sections ?? [],
  ];
}

function alarmRows(alarms: cloudwatch.IAlarm[]): cloudwatch.IWidget[][] {
  if (alarms.length === 0) { return []; }
  const height = 1 + Math.ceil(alarms.length / ALARMS_A_ROW);
  return [[new cloudwatch.AlarmStatusWidget({ width: GRID_WIDTH, height: Math.min(height, 12), title: 'Alarms', alarms })]];
}

/** Whoever hands over all that a tree has may name what a part brings along. */
const unique = <T>(items: T[]): T[] => [...new Set(items)];

/** Alarms of the parts, then those of the consumer. */
function alarmsOf(props: ComplianceDashboardProps): cloudwatch.IAlarm[] {
  const { driftMonitor, eventHub, deployments, configRecorder } = props;
  const sets: object[] = [driftMonitor?.alarms ?? {}, eventHub?.alarms ?? {}, configRecorder?.alarms ?? {}];
  const ofParts = sets.flatMap((set) => Object.values(set) as (cloudwatch.IAlarm | cloudwatch.IAlarm[])[]).flat();
  return unique([...ofParts, ...deployments ? [deployments.deadLetterAlarm] : [], ...props.alarms ?? []]);
}

function requireParts(props: ComplianceDashboardProps, alarms: cloudwatch.IAlarm[]): void {
  if (alarms.length === 0 && sectionsOf(props).length === 0) {
    refuse('ComplianceDashboard.driftMonitor', undefined, 'at least one part',
      'give driftMonitor, eventHub, deployments, databaseCluster, configRecorder, configMetrics, functions, alarms or sections');
  }
  if (alarms.length > MOST_ALARMS) {
    refuse('ComplianceDashboard.alarms', alarms.length, `up to ${MOST_ALARMS} with those of the other parts`, 'show the others in a section of your own');
  }
}

function checkName(name: string | undefined): void {
  if (name !== undefined && !Token.isUnresolved(name) && !/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    refuse('ComplianceDashboard.dashboardName', name, '1 to 255 letters, digits and the characters - _', 'leave the other characters out');
  }
}
