import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { AdmittedAccounts } from './around-props';
import { busStatements, requireAccounts, requireOrganizationId } from './bus-statements';
import { refuse } from '../private/validation';

/**
 * Accounts that may send beside an organization's.
 */
export interface OrganizationAccessOptions {
  /**
   * Accounts outside of the organization that may send as well: 12 digits each, up to 100.
   *
   * @default - none
   */
  readonly accounts?: string[];
}

/**
 * Which accounts may send events to a hub, beside its own.
 *
 * A change on a live stack changes the policy of the bus. What an account sends that is no longer admitted waits in its own dead-letter queue.
 */
export class HubAccess {
  /**
   * Every account of an organization, also those that join later.
   *
   * @param organizationId `o-` and 10 to 32 lower-case letters or digits.
   * @param options Accounts outside of it.
   */
  public static organization(organizationId: string, options: OrganizationAccessOptions = {}): HubAccess {
    requireOrganizationId('HubAccess.organization.organizationId', organizationId);
    requireAccounts('HubAccess.organization.accounts', options.accounts ?? [], 'take them into the organization');
    return new HubAccess(options.accounts ?? [], organizationId);
  }

  /**
   * These accounts and no others. For more than 100 see `organization`.
   *
   * @param accounts Ids of 12 digits; at least one.
   */
  public static accounts(accounts: string[]): HubAccess {
    if (accounts.length === 0) { refuse('HubAccess.accounts', accounts, 'at least one account', 'give HubAccess.ownAccount() where there is none'); }
    requireAccounts('HubAccess.accounts', accounts, 'give HubAccess.organization()');
    return new HubAccess(accounts);
  }

  /**
   * Nobody else: the hub hears of its own account and region only.
   */
  public static ownAccount(): HubAccess {
    return new HubAccess([]);
  }

  private constructor(private readonly accounts: string[], private readonly organizationId?: string) {}

  /**
   * What the bus's policy has to say.
   *
   * @internal
   */
  public _statements(bus: events.IEventBus, additionalSources: string[]): iam.PolicyStatement[] {
    if (this.organizationId === undefined && this.accounts.length === 0) { return []; }
    return busStatements(bus, { organizationId: this.organizationId, accounts: this.accounts, additionalSources });
  }

  /**
   * Whether an account can be a member, as far as that is known here.
   *
   * @internal
   */
  public _mayAdmit(account: string): boolean {
    return this.organizationId !== undefined || this.accounts.includes(account);
  }

  /**
   * Accounts that are named, or the organization whose accounts are not.
   *
   * @internal
   */
  public _members(): AdmittedAccounts {
    return { accounts: this.accounts, organizationId: this.organizationId };
  }
}
