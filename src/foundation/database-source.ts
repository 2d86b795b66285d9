import { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { ComplianceDatabase } from './compliance-database';
import { DatabaseOptions, ExistingDatabaseOptions } from './compliance-database-options';
import { IComplianceDatabase } from './compliance-database-props';
import { EnvironmentProfile } from './environment-profile';
import { DatabaseContext, WatchedDatabase } from './watched-database';

/**
 * Where a system's database comes from.
 */
export class DatabaseSource {
  /**
   * A new database in the system's stack.
   *
   * @param options The network, and what differs from the defaults.
   */
  public static create(options: DatabaseOptions): DatabaseSource {
    return new DatabaseSource(
      (scope, id, context) => new ComplianceDatabase(scope, id, { ...options, ...context }),
      (profile) => options.removalPolicy ?? profile.removalPolicy,
    );
  }

  /**
   * A database that exists already. It is told in the parameters and watched by alarms; the database itself stays as it is.
   *
   * @param options Cluster and secret, and how it is watched.
   */
  public static fromCluster(options: ExistingDatabaseOptions): DatabaseSource {
    return new DatabaseSource((scope, id, context) => new WatchedDatabase(scope, id, { ...options, ...context }), () => undefined);
  }

  /**
   * No database: monitoring needs none.
   */
  public static none(): DatabaseSource {
    return new DatabaseSource(() => undefined, () => undefined);
  }

  private constructor(
    private readonly make: (scope: Construct, id: string, context: DatabaseContext) => IComplianceDatabase | undefined,
    private readonly removal: (profile: EnvironmentProfile) => RemovalPolicy | undefined,
  ) {}

  /** @internal */
  public _bind(scope: Construct, id: string, context: DatabaseContext): IComplianceDatabase | undefined {
    return this.make(scope, id, context);
  }

  /**
   * What happens to a database that the system makes; nothing where it makes none.
   *
   * @internal
   */
  public _removalPolicy(profile: EnvironmentProfile): RemovalPolicy | undefined {
    return this.removal(profile);
  }
}
