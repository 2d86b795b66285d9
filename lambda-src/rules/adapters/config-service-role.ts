import { CreateServiceLinkedRoleCommand, GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { described } from '../../shared/aws-error';
import { Log } from '../../shared/log';
import { ServiceLinkedRole } from '../ports';
import { call, RetryTiming } from './config-errors';

const SERVICE = 'config.amazonaws.com';
const ROLE = 'AWSServiceRoleForConfig';

/** The role that AWS Config records with. An account that never used AWS Config has none yet. */
export class ConfigServiceRole implements ServiceLinkedRole {
  constructor(private readonly client: IAMClient, private readonly log: Log, private readonly timing: RetryTiming) {}

  public async ensure(): Promise<void> {
    if (await call(this.timing, `reading the role ${ROLE}`, () => this.exists())) return;
    await call(this.timing, `making the role ${ROLE}`, () => this.make());
    this.log.info(`the role ${ROLE} is made: the account had never used AWS Config`);
  }

  private async exists(): Promise<boolean> {
    try {
      await this.client.send(new GetRoleCommand({ RoleName: ROLE }));
      return true;
    } catch (error) {
      if (/^NoSuchEntity/.test(described(error).name)) return false;
      throw error;
    }
  }

  private async make(): Promise<void> {
    try {
      await this.client.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: SERVICE }));
    } catch (error) {
      const { name, text } = described(error);
      // Somebody else made it a moment ago.
      if (!/^InvalidInput/.test(name) || !/has been taken/.test(text)) throw error;
    }
  }
}
