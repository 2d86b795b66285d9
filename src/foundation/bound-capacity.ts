import * as rds from 'aws-cdk-lib/aws-rds';

/** What a capacity comes to in an environment. */
export interface BoundCapacity {
  readonly readers: number;
  readonly writer: rds.IClusterInstance;
  /** The reader of a number that counts from one. */
  readonly reader: (number: number) => rds.IClusterInstance;
  readonly serverless?: { readonly minCapacity: number; readonly maxCapacity: number };
  /** Memory of an instance; nothing for a class that is not known here. */
  readonly memoryBytes?: number;
}

/** What instances have whatever their capacity. */
export type CommonInstanceOptions = Pick<rds.ClusterInstanceOptions, 'publiclyAccessible' | 'autoMinorVersionUpgrade'>;
