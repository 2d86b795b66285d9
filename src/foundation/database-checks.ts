import { Annotations, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';
import { DatabaseOptions, DatabaseWatchOptions } from './compliance-database-options';
import { requireMonitoringInterval } from './profile-checks';
import { refuse, requireDays, requireWholeNumber } from '../private/validation';

const HOUR_MINUTE = '([01]\\d|2[0-3]):([0-5]\\d)';
const BACKUP_WINDOW = new RegExp(`^${HOUR_MINUTE}-${HOUR_MINUTE}$`);
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const MAINTENANCE_WINDOW = new RegExp(`^(${DAYS.join('|')}):${HOUR_MINUTE}-(${DAYS.join('|')}):${HOUR_MINUTE}$`);
const DAY = 24 * 60;
const SHORTEST_WINDOW = 30;
const LONGEST_BACKUP_DAYS = 35;

/** Everything about a new database that can be wrong before it is made. */
export function checkDatabase(options: DatabaseOptions): void {
  requirePattern('ComplianceDatabase.clusterIdentifier', options.clusterIdentifier, /^(?!.*--)[a-z][a-z0-9-]{0,62}(?<!-)$/,
    'up to 63 lower-case letters, digits and single hyphens, the first a letter and the last no hyphen', 'choose another name, or leave it out');
  requirePattern('ComplianceDatabase.engineVersion', options.engineVersion?.auroraMysqlMajorVersion, /^8\.[04]$/,
    'Aurora MySQL 3 (major version 8.0) or 8.4', 'choose a later version; AWS no longer supports 5.7');
  requirePattern('ComplianceDatabase.masterUsername', options.masterUsername, /^[A-Za-z][A-Za-z0-9]{0,15}$/,
    '1 to 16 letters and digits, the first a letter', 'choose another name; admin is the default');
  requirePattern('ComplianceDatabase.defaultDatabaseName', options.defaultDatabaseName, /^[A-Za-z][A-Za-z0-9_]{0,63}$/,
    'up to 64 letters, digits and underscores, the first a letter', 'choose another name; configdb is the default');
  if (options.port !== undefined) { requireWholeNumber('ComplianceDatabase.port', options.port, 1150, 65535, 'choose another port; 3306 is the default'); }
  if (options.backupRetention) { requireDays('ComplianceDatabase.backupRetention', options.backupRetention, 1, LONGEST_BACKUP_DAYS); }
  if (options.monitoringInterval) { requireMonitoringInterval('ComplianceDatabase.monitoringInterval', options.monitoringInterval); }
  if (options.clusterParameters && 'general_log' in options.clusterParameters) {
    refuse('ComplianceDatabase.clusterParameters', options.clusterParameters, 'every parameter but general_log', 'use generalLog, which exports the log as well');
  }
  requireWindows(options.backupWindow ?? '03:00-04:00', options.maintenanceWindow ?? 'sun:04:00-sun:05:00');
  requireSubnets(options.vpc, options.vpcSubnets);
  checkWatch('ComplianceDatabase', options);
}

/** What can be wrong about the alarms. */
export function checkWatch(construct: string, { alarms = true, alarmThresholds }: DatabaseWatchOptions): void {
  if (!alarmThresholds) { return; }
  const prop = `${construct}.alarmThresholds`;
  if (!alarms) { refuse(prop, alarmThresholds, 'nothing with alarms: false', 'leave alarmThresholds out, or alarms on'); }
  const { connections = 50, cpuUtilization = 80, freeableMemory = 1 } = alarmThresholds;
  requireAtLeast(`${prop}.connections`, connections, 1, 'connections of an instance');
  requireAtLeast(`${prop}.freeableMemory`, freeableMemory, 1, 'bytes');
  if (!Token.isUnresolved(cpuUtilization) && !(cpuUtilization >= 1 && cpuUtilization <= 100)) {
    refuse(`${prop}.cpuUtilization`, cpuUtilization, 'a number from 1 to 100', 'give a percentage');
  }
}

function requireAtLeast(prop: string, value: number, least: number, unit: string): void {
  if (!Token.isUnresolved(value) && !(value >= least && Number.isFinite(value))) {
    refuse(prop, value, `a number of at least ${least}`, `give a number of ${unit}`);
  }
}

/** What is wise, said where it can be read. */
export function warnAboutDatabase(scope: IConstruct, { vpc, vpcSubnets, clusterParameters = {} }: DatabaseOptions): void {
  const transport = clusterParameters.require_secure_transport;
  if (transport !== undefined && !Token.isUnresolved(transport) && !/^(on|1)$/i.test(transport)) {
    Annotations.of(scope).addWarningV2('cdk-compliance-monitoring:ComplianceDatabase.plainConnections',
      `require_secure_transport is ${transport}: passwords and data may cross the network in plain text, which no framework allows`);
  }
  const open = new Set(vpc.publicSubnets.map((subnet) => subnet.subnetId));
  if (vpc.selectSubnets(vpcSubnets).subnets.some((subnet) => open.has(subnet.subnetId))) {
    Annotations.of(scope).addWarningV2('cdk-compliance-monitoring:ComplianceDatabase.publicSubnets',
      'the database stands in public subnets: it has no public address, but a route to the internet; choose private or isolated ones by vpcSubnets');
  }
}

function requirePattern(prop: string, value: string | undefined, pattern: RegExp, allowed: string, fix: string): void {
  if (value === undefined || Token.isUnresolved(value)) { return; }
  if (!pattern.test(value)) { refuse(prop, value, allowed, fix); }
}

function requireSubnets(vpc: ec2.IVpc, selection?: ec2.SubnetSelection): void {
  const { subnets, subnetIds } = vpc.selectSubnets(selection);
  if (Token.isUnresolved(subnetIds)) { return; }
  const fix = 'choose others by vpcSubnets, or bring a network that has them';
  if (subnetIds.length < 2) { refuse('ComplianceDatabase.vpcSubnets', `${subnetIds.length} subnet(s)`, 'at least two subnets in two zones', fix); }
  const zones = subnets.map(({ availabilityZone }) => availabilityZone);
  if (zones.some((zone) => Token.isUnresolved(zone))) { return; }
  if (new Set(zones).size < 2) { refuse('ComplianceDatabase.vpcSubnets', `subnets in ${zones[0]} only`, 'at least two subnets in two zones', fix); }
}

function requireWindows(backup: string, maintenance: string): void {
  if (Token.isUnresolved(backup) || Token.isUnresolved(maintenance)) { return; }
  const [, fromHour, fromMinute, toHour, toMinute] = BACKUP_WINDOW.exec(backup) ?? [];
  const start = Number(fromHour) * 60 + Number(fromMinute);
  const length = between(start, Number(toHour) * 60 + Number(toMinute), DAY);
  if (!(length >= SHORTEST_WINDOW)) {
    refuse('ComplianceDatabase.backupWindow', backup, 'hh:mm-hh:mm in UTC, at least 30 minutes', 'write it as 03:00-04:00');
  }
  const [, fromDay, hour, minute, toDay, endHour, endMinute] = MAINTENANCE_WINDOW.exec(maintenance) ?? [];
  const minuteOfWeek = (day: string, h: string, m: string) => DAYS.indexOf(day) * DAY + Number(h) * 60 + Number(m);
  const from = minuteOfWeek(fromDay, hour, minute);
  const duration = between(from, minuteOfWeek(toDay, endHour, endMinute), 7 * DAY);
  if (!(duration >= SHORTEST_WINDOW)) {
    refuse('ComplianceDatabase.maintenanceWindow', maintenance, 'ddd:hh:mm-ddd:hh:mm in UTC, at least 30 minutes', 'write it as sun:04:00-sun:05:00');
  }
  // Either one begins while the other lasts.
  if (between(start, from % DAY, DAY) < length || between(from % DAY, start, DAY) < duration) {
    refuse('ComplianceDatabase.maintenanceWindow', maintenance, `a window outside the backup window ${backup}`, 'move one of the two');
  }
}

/** From one minute to the next occurrence of another. */
const between = (from: number, to: number, cycle: number) => (to - from + cycle) % cycle;
