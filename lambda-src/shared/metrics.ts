/** What a metric line needs beside the values. */
export interface MetricContext {
  readonly namespace: string;
  readonly dimensions: { readonly [name: string]: string };
  /** Names of dimensions: each set makes metrics of its own. */
  readonly dimensionSets: readonly (readonly string[])[];
  /** Units by metric; `Count` for the others. */
  readonly units?: { readonly [name: string]: 'Milliseconds' | 'Seconds' | 'None' };
  readonly timestamp: Date;
}

/**
 * Writes the values as one line in CloudWatch's embedded metric format, which costs no API call.
 * Not with powertools: it adds a `service` dimension to every set, so that alarms on [Environment] would never see a value.
 */
export function writeMetrics(
  context: MetricContext,
  values: { readonly [name: string]: number | readonly number[] },
  write: (line: string) => void = (line) => { process.stdout.write(line); },
): void {
  const measured = Object.entries(values).map(([name, value]) => [name, measurable(value)] as const)
    .filter(([, value]) => (typeof value === 'number' ? Number.isFinite(value) : value.length > 0));
  if (measured.length === 0) return;
  const definition = {
    Timestamp: context.timestamp.getTime(),
    CloudWatchMetrics: [{
      Namespace: context.namespace,
      Dimensions: context.dimensionSets,
      Metrics: measured.map(([name]) => ({ Name: name, Unit: context.units?.[name] ?? 'Count' })),
    }],
  };
  write(JSON.stringify({ _aws: definition, ...context.dimensions, ...Object.fromEntries(measured) }) + '\n');
}

/** CloudWatch takes a hundred values of a metric in a line. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
const MOST_VALUES = 100;
const measurable = (value: number | readonly number[]) => (typeof value === 'number' ? value : value.filter(Number.isFinite).slice(0, MOST_VALUES));
