import { Token } from 'aws-cdk-lib';
import { WaiverDocument } from './contract';
import { ParityWaiver } from './parity-waiver';
import { requirePattern } from './rule-checks';
import { refuse, requireText } from '../private/validation';

/** Refuses a waiver that nobody could answer for. */
export function renderWaiver(waiver: ParityWaiver, index: number, environments: string[]): WaiverDocument {
  const prop = (name: string) => `ParityPolicy.waivers[${index}].${name}`;
  requirePattern(prop('pattern'), waiver.pattern);
  if (!Token.isUnresolved(waiver.environment) && !environments.includes(waiver.environment)) {
    refuse(prop('environment'), waiver.environment, `one of the policy's environments (${environments.join(', ')})`, 'name one of them, or add it to them');
  }
  requireText(prop('reason'), waiver.reason, 1000, 'say why the difference is acceptable');
  requireText(prop('owner'), waiver.owner, 256, 'say who answers for it');
  if (!Token.isUnresolved(waiver.expiresOn) && !isCalendarDate(waiver.expiresOn)) {
    refuse(prop('expiresOn'), waiver.expiresOn, 'a date of the calendar as YYYY-MM-DD', 'give the last day on which the waiver holds');
  }
  if (waiver.ticket !== undefined) { requireText(prop('ticket'), waiver.ticket, 256, 'leave it out when there is none'); }
  return {
    pattern: waiver.pattern,
    environment: waiver.environment,
    reason: waiver.reason,
    owner: waiver.owner,
    expiresOn: waiver.expiresOn,
    ...(waiver.ticket === undefined ? {} : { ticket: waiver.ticket }),
  };
}

/** Whether the waiver's last day lies before today (UTC). */
export function hasEnded(waiver: WaiverDocument, today: Date): boolean {
  return !Token.isUnresolved(waiver.expiresOn) && waiver.expiresOn < today.toISOString().slice(0, 10);
}

function isCalendarDate(text: unknown): boolean {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) { return false; }
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
