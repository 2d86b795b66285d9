import { Annotations, Duration, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { DriftMonitorProps } from './drift-monitor-props';
import { hasEnded } from './waiver-checks';
import { warnAboutIsolatedSubnets } from '../private/network';
import { refuse, requireMinutes, requireOrganizationName, requireWindow } from '../private/validation';

const WEEK_MINUTES = 7 * 24 * 60;

export interface MonitorTiming {
  readonly interval: Duration;
  readonly fullWalkMinutes: number;
  readonly promotionWindowMinutes: number;
}

/** Said under the name that the consumer wrote: a system calls it otherwise than a monitor. */
export function requireCheckInterval(prop: string, interval: Duration): void {
  requireMinutes(prop, interval, 5, 1440, 'choose a time between 5 minutes and a day');
}

/** Refuses what cannot work, warns about what is unwise, and returns times in the unit of the settings. */
export function checkMonitor(scope: IConstruct, props: DriftMonitorProps): MonitorTiming {
  requireOrganizationName('DriftMonitor.organizationName', props.organizationName);
  const { environments } = props.parity;
  if (!Token.isUnresolved(props.profile.name) && !environments.includes(props.profile.name)) {
    refuse('DriftMonitor.profile', props.profile.name, `a profile named as one of the parity policy's environments (${environments.join(', ')})`,
      'add it to ParityPolicy.environments, or use EnvironmentProfile.custom() with one of these names');
  }
  for (const prop of ['vpcSubnets', 'securityGroups'] as const) {
    if (props[prop] !== undefined && props.vpc === undefined) {
      refuse(`DriftMonitor.${prop}`, 'without vpc', 'only beside a vpc', `give vpc as well, or leave ${prop} out`);
    }
  }
  warnAboutIsolatedSubnets(scope, 'cdk-compliance-monitoring:DriftMonitor.isolatedSubnets', props.vpc, props.vpcSubnets);
  for (const waiver of props.parity._render().waivers ?? []) {
    if (waiver.environment === props.profile.name && hasEnded(waiver, new Date())) {
      Annotations.of(scope).addWarningV2('cdk-compliance-monitoring:ParityWaiver.ended',
        `the waiver of ${waiver.owner} for "${waiver.pattern}" in ${waiver.environment} ended on ${waiver.expiresOn}: `
        + 'what it covered counts as drift again; renew it or remove it');
    }
  }
  const interval = props.interval ?? Duration.minutes(60);
  requireCheckInterval('DriftMonitor.interval', interval);
  return {
    interval,
    fullWalkMinutes: requireMinutes('DriftMonitor.fullWalkInterval', props.fullWalkInterval ?? Duration.hours(6), 5, WEEK_MINUTES,
      'choose a time between 5 minutes and 7 days'),
    promotionWindowMinutes: requireWindow('DriftMonitor.promotionWindow', props.promotionWindow ?? props.profile.promotionWindow),
  };
}
