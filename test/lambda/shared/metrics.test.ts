import { writeMetrics } from '../../../lambda-src/shared/metrics';

const context = {
  namespace: 'ConfigCompliance',
  dimensions: { Organization: 'acme', Environment: 'Dev' },
  dimensionSets: [['Environment'], ['Organization', 'Environment']],
  units: { Duration: 'Milliseconds' as const },
  timestamp: new Date('2026-11-22T10:00:00Z'),
};

describe('metrics', () => {
  it('are one line with every dimension set and no dimension of anybody else', () => {
    const lines: string[] = [];
    writeMetrics(context, { Drift: 3, Duration: 12.5 }, (line) => lines.push(line));
    expect(lines).toHaveLength(1);
    expect(lines[0].indexOf('\n')).toBe(lines[0].length - 1);
    expect(JSON.parse(lines[0])).toEqual({
      _aws: {
        Timestamp: Date.parse('2026-11-22T10:00:00Z'),
        CloudWatchMetrics: [{
          Namespace: 'ConfigCompliance',
          Dimensions: [['Environment'], ['Organization', 'Environment']],
          Metrics: [{ Name: 'Drift', Unit: 'Count' }, { Name: 'Duration', Unit: 'Milliseconds' }],
        }],
      },
      Organization: 'acme',
      Environment: 'Dev',
      Drift: 3,
      Duration: 12.5,
    });
  });

  it('leave out what is not a number, and write nothing for nothing', () => {
    const lines: string[] = [];
    writeMetrics(context, { Broken: NaN }, (line) => lines.push(line));
    expect(lines).toEqual([]);
    writeMetrics(context, { Broken: NaN, Drift: 0 }, (line) => lines.push(line));
    expect(JSON.parse(lines[0])).not.toHaveProperty('Broken');
  });

  it('go to standard output', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    writeMetrics(context, { Drift: 1 });
    expect(write).toHaveBeenCalledTimes(1);
    write.mockRestore();
  });
});
