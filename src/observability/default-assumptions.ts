import { CostAssumptions } from './cost-assumptions';

/** As the docs of each say. */
export const DEFAULT_ASSUMPTIONS: Required<CostAssumptions> = {
  priceFactor: 1,
  configurationItems: 9000,
  changesPerResourceType: 300,
  resourcesPerPeriodicRule: 10,
  rulesPerConformancePack: 20,
  memberAccounts: 1,
  functionInvocations: 1000,
  functionSeconds: 5,
  deployments: 20,
  logKilobytesPerInvocation: 4,
  customMetrics: 0,
  serverlessUse: 0.5,
  databaseGigabytes: 20,
  databaseIoMillions: 10,
  databaseDailyChange: 0.05,
  databaseLogGigabytes: 1,
  tableWrites: 100_000,
  tableReads: 100_000,
  tableGigabytes: 1,
  bucketGigabytes: 5,
  bucketRequests: 10_000,
  messages: 1000,
  keyRequests: 100_000,
  networkGigabytes: 10,
};
