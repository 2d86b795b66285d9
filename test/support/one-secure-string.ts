import { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { SecureStringWorld } from './in-memory-secure-strings';
import { handle } from '../../lambda-src/foundation/secure-string';

export const ONE_RESOURCE = {
  STACK: 'arn:aws:cloudformation:eu-central-1:111111111111:stack/App/guid-1',
  OWNER: 'App/guid-1/Password',
  NAME: '/acme/Dev/db/password',
};
const { NAME, STACK } = ONE_RESOURCE;
export type Properties = { [name: string]: unknown };

export const fromSecret = (more: Properties = {}, source: Properties = {}): Properties => ({
  ServiceToken: 'f', Name: NAME, Tier: 'Standard', KeyArn: 'key-1', Adopt: 'false', Tags: { Environment: 'Dev' }, Source: { Secret: 'db', JsonKey: 'password', ...source }, ...more,
});
export const generated = (more: Properties = {}, source: Properties = {}): Properties =>
  fromSecret({ Source: { Length: '20', Characters: ['lowercase', 'digits'], ...source }, ...more });

/** CloudFormation with one resource: it sends what it would send, rollbacks and clean-ups included. */
export class OneResource {
  public id?: string;
  private properties?: Properties;
  constructor(private readonly world: SecureStringWorld, private readonly logicalId = 'Password', private readonly stackId = STACK) {}

  /** Creates or updates; a failure is rolled back, as is a success when `elsewhere` fails in the same operation. */
  public async deploy(wanted: Properties, elsewhere = false): Promise<string | undefined> {
    const before = { id: this.id, properties: this.properties };
    const failure = await this.change(wanted).then(() => undefined, (error: Error) => error.message);
    if (failure === undefined && !elsewhere) {
      if (before.id !== undefined && before.id !== this.id) await this.send('Delete', before.properties!, before.id);
      return undefined;
    }
    // What fails once does not fail again while it is rolled back.
    this.world.store.failing = undefined;
    if (before.id === undefined) {
      await this.send('Delete', wanted, this.id ?? 'failed-request');
      this.id = undefined;
    } else {
      const made = this.id!;
      await this.change(before.properties!, wanted);
      if (made !== before.id) await this.send('Delete', wanted, made);
    }
    this.properties = before.properties;
    return failure ?? 'rolled back';
  }

  public async delete(): Promise<void> {
    await this.send('Delete', this.properties!, this.id!);
  }

  public async send(type: 'Create' | 'Update' | 'Delete', properties: Properties, id?: string, old?: Properties): Promise<string> {
    return handle({
      RequestType: type, StackId: this.stackId, LogicalResourceId: this.logicalId,
      ResourceProperties: properties, PhysicalResourceId: id, OldResourceProperties: old,
    } as unknown as CloudFormationCustomResourceEvent, this.world);
  }

  private async change(wanted: Properties, old = this.properties): Promise<void> {
    this.id = await this.send(this.id === undefined ? 'Create' : 'Update', wanted, this.id, old);
    this.properties = wanted;
  }
}
