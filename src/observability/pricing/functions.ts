import { PRICES } from '../price-table';
import { ResourceView } from './resource-view';
import { runsAMonth } from './schedule';
import { Pricer, PricingContext, resourcesOfType, Unknown } from './usage';

const KILOBYTES_A_GIGABYTE = 1_000_000;
/** Lambda polls a queue with five connections that each wait up to 20 seconds. */
const IDLE_POLLS_A_MONTH = 5 * 3 * 60 * 730;

/** Invocations in a month, and what starts them. */
interface Invocations {
  readonly count: number;
  readonly note: string;
  readonly unknown: Unknown[];
}

function invocationsOf(fn: ResourceView, context: PricingContext): Invocations {
  const { assumptions } = context;
  const schedules = resourcesOfType(context, 'AWS::Events::Rule', 'AWS::Scheduler::Schedule')
    .filter((rule) => [...rule.references('Targets'), ...rule.references('Target')].includes(fn.path))
    .filter((rule) => rule.value('ScheduleExpression') !== undefined && rule.text('State') !== 'DISABLED');
  const runs = schedules.map((rule) => runsAMonth(rule.text('ScheduleExpression') ?? ''));
  const scheduled = runs.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  const unknown = schedules.filter((_, index) => runs[index] === undefined)
    .map((rule) => ({ unknown: `${rule.path}: how often it starts ${fn.path} cannot be read at synth` }));

  const handled = context.resources.filter((resource) => resource.references('ServiceToken').includes(fn.path));
  if (handled.length > 0) {
    return { count: assumptions.deployments * handled.length + scheduled, note: 'custom resources: once a deployment each', unknown };
  }
  return { count: scheduled + assumptions.functionInvocations, note: 'schedules as in the scope, other invocations assumed', unknown };
}

export const priceFunction: Pricer = (fn, context) => {
  const { assumptions } = context;
  const { count, note, unknown } = invocationsOf(fn, context);
  const memory = fn.value('MemorySize') === undefined ? 128 : fn.number('MemorySize');
  const architecture = fn.list('Architectures')[0];
  const traced = fn.member('TracingConfig', 'Mode') === 'Active';
  return [
    ...unknown,
    { price: PRICES.lambdaRequests, quantity: count, note },
    memory === undefined
      ? { unknown: `${fn.path}: its memory is known only at deployment` }
      : {
        price: architecture === 'arm64' ? PRICES.lambdaDurationArm : PRICES.lambdaDurationX86,
        quantity: count * assumptions.functionSeconds * memory / 1024,
        note: 'duration of an invocation assumed',
      },
    { price: PRICES.logIngestion, quantity: count * assumptions.logKilobytesPerInvocation / KILOBYTES_A_GIGABYTE, note: 'functions: size assumed' },
    ...traced ? [{ price: PRICES.traces, quantity: count, note: 'as if every invocation were sampled' }] : [],
  ];
};

/** What Lambda asks a queue, whether there are messages or not. */
export const priceEventSource: Pricer = (mapping, context) => {
  const queues = resourcesOfType(context, 'AWS::SQS::Queue').map(({ path }) => path);
  const polled = mapping.references('EventSourceArn').some((path) => queues.includes(path)) || /:sqs:/.test(mapping.text('EventSourceArn') ?? '');
  return polled ? [{ price: PRICES.queueRequests, quantity: IDLE_POLLS_A_MONTH, note: 'mostly Lambda polling: 5 connections that wait 20 s each' }] : [];
};
