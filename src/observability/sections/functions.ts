import * as lambda from 'aws-cdk-lib/aws-lambda';
import { graph, Section } from './section';

/** Ids that tell no function from another. */
const GENERIC = ['Function', 'Handler'];

/** The id that tells functions apart. */
function labelOf(fn: lambda.IFunction): string {
  const ids = fn.node.scopes.map(({ node }) => node.id);
  return ids.filter((id) => !GENERIC.includes(id)).at(-1) ?? fn.node.id;
}

export function functionsSection(functions: lambda.IFunction[]): Section {
  return {
    title: 'Functions',
    widgets: [
      graph('Duration (ms, 95th percentile)', functions.map((fn) => fn.metricDuration({ label: labelOf(fn), statistic: 'p95' }))),
      graph('Errors', functions.map((fn) => fn.metricErrors({ label: labelOf(fn) }))),
      graph('Invocations, and throttles', functions.map((fn) => fn.metricInvocations({ label: labelOf(fn) })),
        functions.map((fn) => fn.metricThrottles({ label: `${labelOf(fn)} throttled` }))),
    ],
  };
}
