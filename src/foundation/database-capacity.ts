import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import { BoundCapacity, CommonInstanceOptions } from './bound-capacity';
import { EnvironmentProfile } from './environment-profile';
import { requireCapacity, requireInstanceType, requireReaders } from './profile-checks';

/**
 * Options of a database with instances of a fixed size.
 */
export interface ProvisionedCapacityOptions {
  /**
   * Instance class of writer and readers. Another one on a live stack restarts each instance; with a reader Aurora fails over to it
   * meanwhile.
   *
   * @default - the profile's: r8g.large in Dev, r8g.xlarge in Staging, r8g.2xlarge in Prod, t4g.medium in EPHEMERAL
   */
  readonly instanceType?: ec2.InstanceType;

  /**
   * Readers beside the writer, from 0 to 15. Each one stands in another zone while there are zones, takes over when the writer fails,
   * and costs as much as the writer.
   *
   * @default - the profile's: 1 in Staging and Prod, none elsewhere
   */
  readonly readers?: number;
}

/**
 * Options of a database that grows and shrinks with its load.
 */
export interface ServerlessCapacityOptions {
  /**
   * Fewest Aurora capacity units of an instance, from 0 to 256 in steps of 0.5. A unit is about 2 GiB of memory. With 0 the database pauses
   * when it is idle, and the first connection afterwards waits for it.
   *
   * @default - the profile's: 1 in Dev, 2 in Staging, 4 in Prod, 0.5 in EPHEMERAL
   */
  readonly minCapacity?: number;

  /**
   * Most Aurora capacity units of an instance, from 1 to 256 in steps of 0.5.
   *
   * @default - the profile's: 2 in Dev, 4 in Staging, 8 in Prod, 1 in EPHEMERAL
   */
  readonly maxCapacity?: number;

  /**
   * Readers beside the writer, from 0 to 15. The first one scales with the writer, so that it can take over at once.
   *
   * @default - the profile's: 1 in Staging and Prod, none elsewhere
   */
  readonly readers?: number;
}

/**
 * How large a database is.
 */
export class DatabaseCapacity {
  /**
   * Instances of a fixed size.
   *
   * @param options What differs from the profile.
   */
  public static provisioned(options: ProvisionedCapacityOptions = {}): DatabaseCapacity {
    if (options.readers !== undefined) { requireReaders('ProvisionedCapacityOptions.readers', options.readers); }
    if (options.instanceType) { requireInstanceType('ProvisionedCapacityOptions.instanceType', options.instanceType); }
    return new DatabaseCapacity((profile, common) => {
      const instanceType = options.instanceType ?? profile.databaseInstanceType;
      return {
        readers: options.readers ?? profile.databaseReaders,
        writer: rds.ClusterInstance.provisioned('Writer', { ...common, instanceType }),
        // In the tier that takes over first.
        reader: (number) => rds.ClusterInstance.provisioned(`Reader${number}`, { ...common, instanceType, promotionTier: 1 }),
        memoryBytes: memoryOf(instanceType),
      };
    });
  }

  /**
   * Instances that grow and shrink with their load: Aurora Serverless v2.
   *
   * On a live stack a change from or to provisioned instances makes new instances beside the data, which stays.
   *
   * @param options What differs from the profile.
   */
  public static serverlessV2(options: ServerlessCapacityOptions = {}): DatabaseCapacity {
    if (options.readers !== undefined) { requireReaders('ServerlessCapacityOptions.readers', options.readers); }
    return new DatabaseCapacity((profile, common) => {
      const minCapacity = options.minCapacity ?? profile.databaseMinCapacity;
      const maxCapacity = options.maxCapacity ?? profile.databaseMaxCapacity;
      requireCapacity('ServerlessCapacityOptions.minCapacity', minCapacity, 'ServerlessCapacityOptions.maxCapacity', maxCapacity);
      return {
        readers: options.readers ?? profile.databaseReaders,
        writer: rds.ClusterInstance.serverlessV2('ServerlessWriter', common),
        reader: (number) => rds.ClusterInstance.serverlessV2(`ServerlessReader${number}`, { ...common, scaleWithWriter: number === 1 }),
        serverless: { minCapacity, maxCapacity },
        // What CloudWatch calls free counts up to the largest size.
        memoryBytes: maxCapacity * 2 * GIB,
      };
    });
  }

  private constructor(private readonly render: (profile: EnvironmentProfile, common: CommonInstanceOptions) => BoundCapacity) {}

  /** @internal */
  public _bind(profile: EnvironmentProfile, common: CommonInstanceOptions): BoundCapacity {
    return this.render(profile, common);
  }
}

const GIB = 1024 ** 3;
/** GiB of a `large` instance, by the first letters of the classes that Aurora MySQL has. */
const LARGE_GIB: { readonly [family: string]: number } = { r: 16, t: 8, m: 8, x: 32 };

/** Memory doubles with the size. */
function memoryOf(instanceType: ec2.InstanceType): number | undefined {
  const [, family, size] = /^([a-z])\w*\.(\w+)$/.exec(instanceType.toString()) ?? [];
  const larges = size === 'medium' ? 0.5 : size === 'large' ? 1 : size === 'xlarge' ? 2 : 2 * Number(/^(\d+)xlarge$/.exec(size ?? '')?.[1]);
  const memory = LARGE_GIB[family ?? ''] * larges * GIB;
  return Number.isFinite(memory) ? memory : undefined;
}
