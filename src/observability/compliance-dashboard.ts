import { Duration, Token } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { ComplianceDashboardProps } from './compliance-dashboard-props';
import { dashboardUrl } from './console-url';
import { configSection } from './sections/config';
import { databaseSection } from './sections/database';
import { driftSection } from './sections/drift';
import { functionsSection } from './sections/functions';
import { GRID_WIDTH, rowsOf, Section } from './sections/section';
import { queueSection, tableSection } from './sections/storage';
import { refuse } from '../private/validation';

/** CloudWatch's limit of an alarm widget. */
const MOST_ALARMS = 100;
/** Alarms beside each other. */
const ALARMS_A_ROW = 4;

/**
 * A dashboard in CloudWatch: state of the alarms, drift, functions, queues, table, database, AWS Config, and sections of your own.
 *
 * It costs USD 3 a month above the account's first three. A part that comes or goes on a live stack changes the dashboard in place.
 */
export class ComplianceDashboard extends Construct {
  /** The dashboard. More widgets can be added to it. */
  public readonly dashboard: cloudwatch.Dashboard;
  /** Where a person sees it, in the console of the stack's partition. */
  public readonly dashboardUrl: string;

  /**
   * @param scope Where the dashboard belongs.
   * @param id Its name there. Another id on a live stack replaces it.
   * @param props What to show.
   */
  constructor(scope: Construct, id: string, props: ComplianceDashboardProps) {
    super(scope, id);
    checkProps(props);
    const alarms = [...Object.values(props.driftMonitor?.alarms ?? {}) as cloudwatch.IAlarm[], ...props.alarms ?? []];
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
    this.dashboardUrl = dashboardUrl(this, this.dashboard.dashboardName);
  }
}

/** The parts that are there, in the order of the page. A new part is a new line here. */
function sectionsOf(props: ComplianceDashboardProps): Section[] {
  const monitor = props.driftMonitor;
  const functions = [...monitor ? [monitor.detectFunction, monitor.policyFunction] : [], ...props.functions ?? []];
  return [
    ...monitor ? [driftSection(monitor)] : [],
    ...functions.length > 0 ? [functionsSection(functions)] : [],
    ...monitor ? [queueSection(monitor.changeQueue, monitor.deadLetterQueue), tableSection(monitor.table)] : [],
    ...props.databaseCluster ? [databaseSection(props.databaseCluster)] : [],
    ...props.configMetrics ? [configSection()] : [],
    ...props.sections ?? [],
  ];
}

function alarmRows(alarms: cloudwatch.IAlarm[]): cloudwatch.IWidget[][] {
  if (alarms.length === 0) { return []; }
  const height = 1 + Math.ceil(alarms.length / ALARMS_A_ROW);
  return [[new cloudwatch.AlarmStatusWidget({ width: GRID_WIDTH, height: Math.min(height, 12), title: 'Alarms', alarms })]];
}

function checkProps(props: ComplianceDashboardProps): void {
  const { driftMonitor, databaseCluster, configMetrics, functions = [], alarms = [], sections = [] } = props;
  if (!driftMonitor && !databaseCluster && !configMetrics && functions.length + alarms.length + sections.length === 0) {
    refuse('ComplianceDashboard.driftMonitor', undefined, 'at least one part', 'give driftMonitor, databaseCluster, configMetrics, functions, alarms or sections');
  }
  const count = alarms.length + Object.values(driftMonitor?.alarms ?? {}).length;
  if (count > MOST_ALARMS) {
    refuse('ComplianceDashboard.alarms', count, `up to ${MOST_ALARMS} with those of the drift monitor`, 'show the others in a section of your own');
  }
  const name = props.dashboardName;
  if (name !== undefined && !Token.isUnresolved(name) && !/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    refuse('ComplianceDashboard.dashboardName', name, '1 to 255 letters, digits and the characters - _', 'leave the other characters out');
  }
}
