import { fetchFrom, metricsOf, pageOf, Source } from './dashboard-page';

const widget = (type: string, place: [number, number, number, number], properties: object) =>
  ({ type, x: place[0], y: place[1], width: place[2], height: place[3], properties });
const BODY = JSON.stringify({
  widgets: [
    widget('text', [0, 0, 24, 1], { markdown: '# Staging <of> bank' }),
    widget('alarm', [0, 1, 24, 2], { title: 'Alarms', alarms: ['arn:aws:cloudwatch:eu-central-1:111111111111:alarm:drift'] }),
    widget('metric', [0, 3, 24, 3], { title: 'Now', view: 'singleValue', metrics: [['N', 'Open', 'Environment', 'Staging', { label: 'open', stat: 'Maximum' }]] }),
    widget('metric', [0, 6, 8, 6], {
      title: 'Findings', view: 'timeSeries', metrics: [['N', 'Open', 'Environment', 'Staging', { label: 'open' }], ['.', 'Calls', '.', '.', { yAxis: 'right' }]],
    }),
    widget('metric', [8, 6, 8, 6], { title: 'Items', view: 'timeSeries', metrics: [[{ expression: "SEARCH('{N}', 'Sum', 300)", label: '' }]] }),
  ],
});
const source: Source = {
  metric: async ({ name, label }) => [{ label: label ?? name ?? 'found', points: name ? [[0, 1], [1800, 4], [3600, 2]] : [] }],
  alarms: async (arns) => arns.map((arn) => ({ name: arn.split(':alarm:')[1], state: 'ALARM' })),
};

test('a line of a widget names its metric, and a dot what the line above has there', () => {
  const [open, calls] = metricsOf((JSON.parse(BODY) as { widgets: { properties: { metrics: unknown[][] } }[] }).widgets[3].properties);
  expect(open).toMatchObject({ namespace: 'N', name: 'Open', dimensions: { Environment: 'Staging' }, label: 'open', right: false, statistic: 'Average', period: 300 });
  expect(calls).toMatchObject({ namespace: 'N', name: 'Calls', dimensions: { Environment: 'Staging' }, right: true });
});

test('each widget stands in its place on the grid of 24 columns', async () => {
  const page = await pageOf(BODY, source, 0, 3600);
  const places = [...page.matchAll(/<section style="left:(\d+)px;top:(\d+)px;width:(\d+)px;height:(\d+)px">/g)].map((match) => match.slice(1).map(Number));
  expect(places).toEqual([[0, 0, 1536, 46], [0, 46, 1536, 92], [0, 138, 1536, 138], [0, 276, 512, 276], [512, 276, 512, 276]]);
  expect(page).toContain('<main style="width:1536px;height:552px">');
});

test('shows texts without letting them be markup, states, last values, lines and what has no data', async () => {
  const page = await pageOf(BODY, source, 0, 3600);
  expect(page).toContain('<div class="heading level1">Staging &lt;of&gt; bank</div>');
  expect(page).toContain('<b style="color:#d13212">ALARM</b> drift');
  expect(page).toContain('<b>2</b>open');
  expect(page.match(/<polyline points="38\.0,/g)).toHaveLength(2);
  expect(page).toContain('>no data</text>');
  expect(page).not.toMatch(/<script|https?:\/\//);
});

test('asks an AWS for values in order of time, and for states of alarms by name', async () => {
  const asked: unknown[] = [];
  const client = {
    send: async ({ input }: { input: object }) => {
      asked.push(input);
      return 'AlarmNames' in input
        ? { MetricAlarms: [{ AlarmName: 'drift', StateValue: 'OK' }] }
        : { MetricDataResults: [{ Timestamps: [new Date(2000), new Date(1000)], Values: [2, 1] }] };
    },
  };
  const aws = fetchFrom(client as never);
  const [open] = metricsOf({ metrics: [['N', 'Open', 'Environment', 'Staging', { stat: 'Maximum' }]] });
  expect(await aws.metric(open, 0, 3600)).toEqual([{ label: 'Open', points: [[1, 1], [2, 2]] }]);
  expect(await aws.metric({ ...open, expression: 'SEARCH()', name: undefined }, 0, 3600)).toEqual([{ label: 'found', points: [] }]);
  expect(await aws.alarms(['arn:aws:cloudwatch:eu-central-1:111111111111:alarm:drift'])).toEqual([{ name: 'drift', state: 'OK' }]);
  expect(asked).toEqual([
    {
      StartTime: new Date(0), EndTime: new Date(3_600_000),
      MetricDataQueries: [{
        Id: 'm0', MetricStat: { Metric: { Namespace: 'N', MetricName: 'Open', Dimensions: [{ Name: 'Environment', Value: 'Staging' }] }, Stat: 'Maximum', Period: 300 },
      }],
    },
    { AlarmNames: ['drift'], MaxRecords: 100 },
  ]);
});
