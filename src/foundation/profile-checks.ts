import { Duration, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { DAYS_IN_STANDARD } from './contract';
import { EnvironmentProfileOptions } from './environment-profile-options';
import { refuse, requireDays, requireName, requireWholeNumber, requireWindow } from '../private/validation';

/** Aurora's limits, RDS's limits, and the intervals that RDS takes. */
const MOST_READERS = 15;
const MOST_CAPACITY = 256;
const LONGEST_BACKUP_DAYS = 35;
const MONITORING_SECONDS = [0, 1, 5, 10, 15, 30, 60];

export function checkProfile(name: string, settings: Required<EnvironmentProfileOptions>): void {
  requireName('EnvironmentProfile.name', name);
  requireWindow('EnvironmentProfile.promotionWindow', settings.promotionWindow);
  requireDays('EnvironmentProfile.noncurrentVersionExpiration', settings.noncurrentVersionExpiration, 1);
  requireDays('EnvironmentProfile.reportRetention', settings.reportRetention, DAYS_IN_STANDARD + 1);
  requireDays('EnvironmentProfile.backupRetention', settings.backupRetention, 1, LONGEST_BACKUP_DAYS);
  requireInstanceType('EnvironmentProfile.databaseInstanceType', settings.databaseInstanceType);
  requireReaders('EnvironmentProfile.databaseReaders', settings.databaseReaders);
  requireCapacity('EnvironmentProfile.databaseMinCapacity', settings.databaseMinCapacity,
    'EnvironmentProfile.databaseMaxCapacity', settings.databaseMaxCapacity);
  requireMonitoringInterval('EnvironmentProfile.monitoringInterval', settings.monitoringInterval);
}

/** CDK writes `db.` before it: whoever gives it as RDS's pages have it gets a class that does not exist. */
export function requireInstanceType(prop: string, instanceType: ec2.InstanceType): void {
  const name = instanceType.toString();
  if (name.startsWith('db.')) { refuse(prop, name, 'an instance type without db. before it', `write it as ${name.slice('db.'.length)}`); }
}

export function requireReaders(prop: string, readers: number): void {
  // A token is a large negative number, which would make none.
  if (Token.isUnresolved(readers)) { refuse(prop, 'a token', 'a number that is known at synth, since each reader is a resource', 'give the number itself'); }
  requireWholeNumber(prop, readers, 0, MOST_READERS, 'choose fewer readers, or none');
}

export function requireCapacity(minProp: string, min: number, maxProp: string, max: number): void {
  requireHalfUnits(minProp, min, 0);
  requireHalfUnits(maxProp, max, 1);
  if (!Token.isUnresolved(min) && !Token.isUnresolved(max) && min > max) {
    refuse(minProp, min, `at most ${maxProp.split('.')[1]}, which is ${max}`, 'lower the one or raise the other');
  }
}

function requireHalfUnits(prop: string, value: number, least: number): void {
  if (Token.isUnresolved(value)) { return; }
  if (!Number.isInteger(value * 2) || value < least || value > MOST_CAPACITY) {
    refuse(prop, value, `a number from ${least} to ${MOST_CAPACITY} in steps of 0.5`, 'give Aurora capacity units, such as 0.5 or 4');
  }
}

export function requireMonitoringInterval(prop: string, interval: Duration): void {
  if (interval.isUnresolved()) { return; }
  if (!MONITORING_SECONDS.includes(interval.toSeconds({ integral: false }))) {
    refuse(prop, interval, `${MONITORING_SECONDS.join(', ')} seconds`, 'choose one of these; 0 switches enhanced monitoring off');
  }
}
