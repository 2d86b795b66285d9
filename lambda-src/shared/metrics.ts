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
  context: MetricContext, values: { readonly [name: string]: number }, write: (line: string) => void = (line) => { process.stdout.write(line); },
): void {
  const measured = Object.entries(values).filter(([, value]) => Number.isFinite(value));
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
