import { HOURS_A_MONTH, instancePrice, PRICES, VCPUS } from '../price-table';
import { asNumber, ResourceView } from './resource-view';
import { Pricer, PricingContext, resourcesOfType, Usage } from './usage';

/** What a record of enhanced monitoring weighs, in gigabytes: measured nowhere, so the line says that it is assumed. */
const MONITORING_RECORD_GIGABYTES = 8 / 1_000_000;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3600;
const IO_OPTIMIZED = 'aurora-iopt1';

/** The cluster is outside of the scope when it was brought along: then nothing of it is known. */
const clusterOf = (instance: ResourceView, context: PricingContext) =>
  resourcesOfType(context, 'AWS::RDS::DBCluster').find(({ path }) => instance.references('DBClusterIdentifier').includes(path));

export const priceInstance: Pricer = (instance, context) => {
  const cluster = clusterOf(instance, context);
  const advanced = cluster?.text('DatabaseInsightsMode') === 'advanced';
  const ioOptimized = cluster?.text('StorageType') === IO_OPTIMIZED;
  const instanceClass = instance.text('DBInstanceClass');
  const logs = logsOf(instance, cluster, context);
  if (instanceClass === undefined) { return [{ unknown: `${instance.path}: its instance class is known only at deployment` }, ...logs]; }
  if (instanceClass === 'db.serverless') { return [...serverless(instance, cluster, context, advanced, ioOptimized), ...logs]; }
  const price = instancePrice(instanceClass, ioOptimized);
  if (!price) { return [{ unknown: `${instance.path}: the price table has no ${instanceClass}` }, ...logs]; }
  const vcpus = VCPUS[instanceClass.split('.')[2]];
  return [
    { price, quantity: HOURS_A_MONTH, note: 'on demand, all month' },
    ...advanced ? [{ price: PRICES.databaseInsightsInstance, quantity: vcpus * HOURS_A_MONTH }] : [],
    ...logs,
  ];
};

function serverless(
  instance: ResourceView, cluster: ResourceView | undefined, context: PricingContext, advanced: boolean, ioOptimized: boolean,
): ReturnType<Pricer> {
  const min = asNumber(cluster?.member('ServerlessV2ScalingConfiguration', 'MinCapacity'));
  const max = asNumber(cluster?.member('ServerlessV2ScalingConfiguration', 'MaxCapacity'));
  if (min === undefined || max === undefined) { return [{ unknown: `${instance.path}: the range of its capacity is not known here` }]; }
  const price = ioOptimized ? PRICES.acuIoOptimized : PRICES.acu;
  const hours = (min + (max - min) * context.assumptions.serverlessUse) * HOURS_A_MONTH;
  return [
    { price, quantity: hours, note: `${min} to ${max} ACU an instance, average assumed` },
    ...advanced ? [{ price: PRICES.databaseInsightsServerless, quantity: hours }] : [],
  ];
}

function logsOf(instance: ResourceView, cluster: ResourceView | undefined, context: PricingContext): Usage[] {
  const exported = [...instance.list('EnableCloudwatchLogsExports'), ...cluster?.list('EnableCloudwatchLogsExports') ?? []].length > 0;
  const interval = instance.number('MonitoringInterval') ?? 0;
  return [
    ...exported ? [{ price: PRICES.logIngestion, quantity: context.assumptions.databaseLogGigabytes, note: 'database logs: size assumed' }] : [],
    ...interval > 0
      ? [{ price: PRICES.logIngestion, quantity: SECONDS_A_MONTH / interval * MONITORING_RECORD_GIGABYTES, note: 'enhanced monitoring: 8 KB a record assumed' }]
      : [],
  ];
}

export const priceCluster: Pricer = (cluster, { assumptions }) => {
  const ioOptimized = cluster.text('StorageType') === IO_OPTIMIZED;
  const days = cluster.value('BackupRetentionPeriod') === undefined ? 1 : cluster.number('BackupRetentionPeriod');
  return [
    { price: ioOptimized ? PRICES.auroraStorageIoOptimized : PRICES.auroraStorage, quantity: assumptions.databaseGigabytes, note: 'size assumed' },
    ...ioOptimized ? [] : [{ price: PRICES.auroraIo, quantity: assumptions.databaseIoMillions, note: 'assumed' }],
    days === undefined
      ? { unknown: `${cluster.path}: how long its backups are kept is known only at deployment` }
      : {
        price: PRICES.auroraBackup,
        quantity: assumptions.databaseGigabytes * assumptions.databaseDailyChange * (days - 1),
        note: `daily change assumed, ${days} days kept, the first is free`,
      },
    ...cluster.flag('ManageMasterUserPassword') ? [{ price: PRICES.secret, quantity: 1, note: 'one that RDS makes for the master user is included' }] : [],
  ];
};
