/**
 * What a template cannot tell: how much happens in a month. Every number is one a month unless it says otherwise, and zero or more.
 *
 * The defaults suit an environment with a few hundred parameters and an account with a few hundred changes of resources a day. No free tier and no
 * discount is taken off: other workloads of the account use the one, and `priceFactor` stands for the other.
 */
export interface CostAssumptions {
  /**
   * Multiplies every price: 0.85 for a discount of 15 %, 1.15 for a region that is 15 % dearer than the table's. More than zero.
   *
   * @default 1
   */
  readonly priceFactor?: number;

  /**
   * Configuration items that AWS Config records, when a recorder stands in the scope.
   *
   * @default 9000
   */
  readonly configurationItems?: number;

  /**
   * Changes of resources of one type: each starts one evaluation of each change-triggered rule on that type.
   *
   * @default 300
   */
  readonly changesPerResourceType?: number;

  /**
   * Resources that a periodic rule evaluates each time.
   *
   * @default 10
   */
  readonly resourcesPerPeriodicRule?: number;

  /**
   * Rules of a conformance pack whose template cannot be read at synth.
   *
   * @default 20
   */
  readonly rulesPerConformancePack?: number;

  /**
   * Accounts that an organization's rule or conformance pack reaches.
   *
   * @default 1
   */
  readonly memberAccounts?: number;

  /**
   * Invocations of a function that is behind no custom resource, beside those that a schedule starts.
   *
   * @default 1000
   */
  readonly functionInvocations?: number;

  /**
   * How long an invocation takes, in seconds.
   *
   * @default 5
   */
  readonly functionSeconds?: number;

  /**
   * Events of members that reach a hub: changes of compliance and of resources.
   *
   * @default 90000
   */
  readonly hubEvents?: number;

  /**
   * Events that functions of this account put on a bus: a hub's announcements.
   *
   * @default 9000
   */
  readonly announcements?: number;

  /**
   * Requests to an HTTP API.
   *
   * @default 10000
   */
  readonly apiRequests?: number;

  /**
   * Deployments: each invokes the functions behind custom resources.
   *
   * @default 20
   */
  readonly deployments?: number;

  /**
   * Logs of an invocation, in kilobytes.
   *
   * @default 4
   */
  readonly logKilobytesPerInvocation?: number;

  /**
   * Custom metrics beside those that the library is known to write: one for each name and set of dimension values.
   *
   * @default 0
   */
  readonly customMetrics?: number;

  /**
   * Where a serverless database stands between its least and its greatest capacity on average: from 0 to 1.
   *
   * @default 0.5
   */
  readonly serverlessUse?: number;

  /**
   * Storage of a database cluster, in gigabytes.
   *
   * @default 20
   */
  readonly databaseGigabytes?: number;

  /**
   * I/O requests of a database cluster, in millions.
   *
   * @default 10
   */
  readonly databaseIoMillions?: number;

  /**
   * Share of a database that a day's changes add to its backups: from 0 to 1. The first day is free.
   *
   * @default 0.05
   */
  readonly databaseDailyChange?: number;

  /**
   * Logs that a database instance exports, in gigabytes; enhanced monitoring comes on top.
   *
   * @default 1
   */
  readonly databaseLogGigabytes?: number;

  /**
   * Write request units of a table with on-demand capacity, its indexes included.
   *
   * @default 100000
   */
  readonly tableWrites?: number;

  /**
   * Read request units of a table with on-demand capacity.
   *
   * @default 100000
   */
  readonly tableReads?: number;

  /**
   * Storage of a table, in gigabytes.
   *
   * @default 1
   */
  readonly tableGigabytes?: number;

  /**
   * Storage of a bucket, in gigabytes, all of it in Standard.
   *
   * @default 5
   */
  readonly bucketGigabytes?: number;

  /**
   * Requests to a bucket that write or list, and as many that read.
   *
   * @default 10000
   */
  readonly bucketRequests?: number;

  /**
   * Messages through a queue and through a topic, and as many emails to each subscribed address.
   *
   * @default 1000
   */
  readonly messages?: number;

  /**
   * Requests to a key.
   *
   * @default 100000
   */
  readonly keyRequests?: number;

  /**
   * Data through a NAT gateway or an interface endpoint, in gigabytes.
   *
   * @default 10
   */
  readonly networkGigabytes?: number;
}
