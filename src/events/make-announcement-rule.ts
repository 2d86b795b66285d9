import { Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { AnnouncementFilter, StateChangedOptions } from './announcement-rule';
import { OWN_SOURCE, STATE_CHANGED } from './contract';
import { atLeast, SeverityName } from '../alerts/contract';
import { requireSeverityIfGiven } from '../private/kinds';
import { refuse } from '../private/validation';

const MOST_ACCOUNTS = 50;

export function announcementPattern(prop: string, filter: AnnouncementFilter): events.EventPattern {
  const { accounts, minimumSeverity, alertsOnly = true, resolved = true } = filter;
  checkAccounts(`${prop}.accounts`, accounts);
  requireSeverityIfGiven(`${prop}.minimumSeverity`, minimumSeverity);
  return {
    source: [OWN_SOURCE],
    detailType: [STATE_CHANGED],
    detail: {
      // EventBridge takes an empty object for no pattern at all.
      eventId: [{ exists: true }],
      ...(alertsOnly && { alert: [true] }),
      ...(!resolved && { status: ['NON_COMPLIANT'] }),
      ...(accounts && { account: accounts }),
      ...(minimumSeverity && { severity: atLeast(minimumSeverity.value as SeverityName) }),
    },
  };
}

function checkAccounts(prop: string, accounts: string[] | undefined): void {
  if (accounts === undefined) { return; }
  if (accounts.length === 0 || accounts.length > MOST_ACCOUNTS) {
    refuse(prop, `${accounts.length} accounts`, `1 to ${MOST_ACCOUNTS}`, 'leave it out for all accounts, or divide them');
  }
  accounts.forEach((account, index) => {
    if (!Token.isUnresolved(account) && !/^\d{12}$/.test(account)) {
      refuse(`${prop}[${index}]`, account, 'an account id of 12 digits', 'write it as a text, with its leading zeros');
    }
  });
}

/** A rule on a hub's announcements bus. */
export function makeAnnouncementRule(scope: Construct, id: string, bus: events.IEventBus, prop: string, options: StateChangedOptions): events.Rule {
  return new events.Rule(scope, id, {
    description: options.description ?? 'Announcements of the compliance hub',
    eventBus: bus,
    eventPattern: announcementPattern(prop, options),
    ...(options.target && { targets: [options.target] }),
  });
}
