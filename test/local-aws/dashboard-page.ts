/**
 * Draws a CloudWatch dashboard as one static page that a person can look at, since the local AWS has no console. The page stands alone: no script,
 * no network. `pageOf` is given the body and whoever knows the values; `fetchFrom` asks an AWS.
 */
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';

export type Point = readonly [epochSeconds: number, value: number];
export interface Drawn {
  readonly label: string;
  readonly points: readonly Point[];
}
/** One line of a widget as the dashboard's body has it. */
export interface MetricOf {
  readonly namespace?: string;
  readonly name?: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly expression?: string;
  readonly label?: string;
  readonly statistic: string;
  readonly period: number;
  readonly right: boolean;
}
export interface Source {
  /** An expression that searches may give several lines. */
  metric(metric: MetricOf, from: number, to: number): Promise<Drawn[]>;
  alarms(arns: string[]): Promise<{ readonly name: string; readonly state: string }[]>;
}
interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string; readonly markdown?: string; readonly alarms?: string[]; readonly metrics?: unknown[][]; readonly view?: string;
    readonly stat?: string; readonly period?: number;
  };
}
interface Options { readonly stat?: string; readonly period?: number; readonly label?: string; readonly yAxis?: string; readonly expression?: string }

/** Pixels of a unit of the grid. */
const COLUMN = 64;
const ROW = 46;
const COLORS = ['#1f77b4', '#d62728', '#2ca02c', '#9467bd', '#ff7f0e', '#8c564b', '#17becf', '#7f7f7f'];
const STATES: { readonly [state: string]: string } = { OK: '#1d8102', ALARM: '#d13212', INSUFFICIENT_DATA: '#687078' };

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
const rounded = (value: number) => Math.abs(value) >= 1e6 ? `${(value / 1e6).toFixed(1)}M` : Number.isInteger(value) ? String(value) : value.toPrecision(3);
const clock = (epoch: number) => new Date(epoch * 1000).toISOString().slice(11, 16);

/** `[namespace, name, dimension, value, …, options]`; `.` stands for what the line above has there. */
export function metricsOf({ metrics = [], stat = 'Average', period = 300 }: Widget['properties']): MetricOf[] {
  let above: unknown[] = [];
  return metrics.map((parts) => {
    const options = (typeof parts.at(-1) === 'object' ? parts.at(-1) : {}) as Options;
    const texts = parts.filter((part) => typeof part === 'string').map((part, index) => part === '.' ? above[index] as string : part);
    if (!options.expression) { above = texts; }
    const [namespace, name, ...rest] = texts;
    const dimensions = Object.fromEntries(rest.flatMap((key, index) => index % 2 === 0 ? [[key, rest[index + 1]]] : []));
    return {
      namespace, name, dimensions, expression: options.expression, label: options.label,
      statistic: options.stat ?? stat, period: options.period ?? period, right: options.yAxis === 'right',
    };
  });
}

function path(points: readonly Point[], x: (epoch: number) => number, y: (value: number) => number, color: string): string {
  const places = points.map(([epoch, value]) => `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`);
  const dots = points.length > 40 ? [] : places.map((place) => `<circle cx="${place.replace(',', '" cy="')}" r="2.2" fill="${color}"/>`);
  return `<polyline points="${places.join(' ')}" fill="none" stroke="${color}" stroke-width="1.6"/>${dots.join('')}`;
}

function chart(left: Drawn[], right: Drawn[], width: number, height: number, from: number, to: number): string {
  const [top, bottom, side, end] = [8, 18, 38, right.length > 0 ? 38 : 14];
  const highest = (drawn: Drawn[]) => Math.max(...drawn.flatMap(({ points }) => points.map(([, value]) => value)), 0) * 1.1 || 1;
  const x = (epoch: number) => side + (epoch - from) / (to - from) * (width - side - end);
  const y = (value: number, max: number) => height - bottom - value / max * (height - top - bottom);
  const [leftMax, rightMax] = [highest(left), highest(right)];
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(share, 1).toFixed(1);
    const scale = (max: number, place: number, anchor: string) => `<text x="${place}" y="${Number(at) + 3}" text-anchor="${anchor}">${rounded(share * max)}</text>`;
    return `<line x1="${side}" x2="${width - end}" y1="${at}" y2="${at}" stroke="#e4e7ea"/>${scale(leftMax, side - 4, 'end')}`
      + (right.length > 0 ? scale(rightMax, width - end + 4, 'start') : '');
  });
  const times = [from, (from + to) / 2, to].map((epoch) => `<text x="${x(epoch)}" y="${height - 4}" text-anchor="middle">${clock(epoch)}</text>`);
  const lines = [...left, ...right].map(({ points }, index) =>
    path(points, x, (value) => y(value, index < left.length ? leftMax : rightMax), COLORS[index % COLORS.length]));
  const empty = [...left, ...right].every(({ points }) => points.length === 0) ? `<text x="${width / 2}" y="${height / 2}" text-anchor="middle">no data</text>` : '';
  return `<svg width="${width}" height="${height}">${grid.join('')}${times.join('')}${lines.join('')}${empty}</svg>`;
}

async function graph(widget: Widget, source: Source, from: number, to: number): Promise<string> {
  const drawn = await Promise.all(metricsOf(widget.properties).map(async (metric) =>
    (await source.metric(metric, from, to)).map((one) => ({ ...one, right: metric.right }))));
  const [left, right] = [false, true].map((side) => drawn.flat().filter((one) => one.right === side));
  if (widget.properties.view === 'singleValue') {
    return `<div class="numbers">${left.map(({ label, points }) =>
      `<div><b>${points.length === 0 ? '–' : rounded(points[points.length - 1][1])}</b>${escape(label)}</div>`).join('')}</div>`;
  }
  const legend = [...left, ...right].map(({ label }, index) => `<span style="color:${COLORS[index % COLORS.length]}">■</span> ${escape(label)}`).join(' &nbsp; ');
  return chart(left, right, widget.width * COLUMN - 24, widget.height * ROW - 68, from, to) + `<p class="legend">${legend}</p>`;
}

async function contentOf(widget: Widget, source: Source, from: number, to: number): Promise<string> {
  const { markdown, alarms } = widget.properties;
  if (markdown !== undefined) {
    const level = /^#+/.exec(markdown)?.[0].length ?? 0;
    return `<div class="heading level${level}">${escape(markdown.replace(/^#+ */, ''))}</div>`;
  }
  const body = widget.type === 'alarm'
    ? `<div class="alarms">${(await source.alarms(alarms ?? [])).map(({ name, state }) =>
      `<div style="border-color:${STATES[state]}" title="${state}"><b style="color:${STATES[state]}">${escape(state)}</b> ${escape(name)}</div>`).join('')}</div>`
    : await graph(widget, source, from, to);
  return `<h3>${escape(widget.properties.title ?? '')}</h3>${body}`;
}

const STYLE = `body{margin:16px;background:#f2f3f3;font:12px/1.4 "Helvetica Neue",Arial,sans-serif;color:#16191f}main{position:relative}
section{position:absolute;box-sizing:border-box;padding:3px}section>div.card{background:#fff;border:1px solid #d5dbdb;border-radius:3px;height:100%;
box-sizing:border-box;padding:6px 10px;overflow:hidden}h3{font-size:13px;margin:0 0 2px}svg text{font-size:10px;fill:#687078}.legend{margin:0;white-space:nowrap;
overflow:hidden;text-overflow:ellipsis}.heading{font-weight:700;padding:10px 4px 0}.level1{font-size:22px;padding-top:2px}.level2{font-size:16px}
.numbers{display:flex}.numbers div{flex:1;text-align:center}.numbers b{display:block;font-size:30px;font-weight:400}
.alarms{display:grid;grid-template-columns:repeat(4,1fr);gap:4px 8px}.alarms div{border-left:5px solid;padding:4px 8px;background:#fafafa;overflow:hidden;
white-space:nowrap;text-overflow:ellipsis}`;

/** The page of a dashboard's body over a time, in seconds since 1970. */
export async function pageOf(body: string, source: Source, from: number, to: number): Promise<string> {
  const { widgets } = JSON.parse(body) as { widgets: Widget[] };
  const sections = await Promise.all(widgets.map(async (widget) => {
    const { x, y, width, height } = widget;
    const content = await contentOf(widget, source, from, to);
    const place = `left:${x * COLUMN}px;top:${y * ROW}px;width:${width * COLUMN}px;height:${height * ROW}px`;
    return `<section style="${place}">${content.startsWith('<div class="heading') ? content : `<div class="card">${content}</div>`}</section>`;
  }));
  const bottom = Math.max(0, ...widgets.map(({ y, height }) => y + height)) * ROW;
  return `<!doctype html><meta charset="utf-8"><title>Dashboard</title><style>${STYLE}</style><main style="width:${24 * COLUMN}px;height:${bottom}px">`
    + `${sections.join('\n')}</main>\n`;
}

/** Values and states from an AWS. What a search finds cannot be asked of the local one: it shows as a line without data. */
export function fetchFrom(client: CloudWatchClient): Source {
  return {
    async metric(metric, from, to) {
      const { namespace, name, dimensions, expression, statistic, period } = metric;
      const label = metric.label || name || 'found';
      if (expression !== undefined) { return [{ label, points: [] }]; }
      const stat = {
        Metric: { Namespace: namespace, MetricName: name, Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })) },
        Stat: statistic, Period: period,
      };
      const { MetricDataResults = [] } = await client.send(new GetMetricDataCommand({
        StartTime: new Date(from * 1000), EndTime: new Date(to * 1000), MetricDataQueries: [{ Id: 'm0', MetricStat: stat }],
      }));
      const { Timestamps = [], Values = [] } = MetricDataResults[0] ?? {};
      const points = Timestamps.map((time, index): Point => [time.getTime() / 1000, Values[index]]);
      return [{ label, points: points.sort(([one], [other]) => one - other) }];
    },
    async alarms(arns) {
      const names = arns.map((arn) => arn.split(':alarm:')[1]);
      const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: names, MaxRecords: 100 }));
      return MetricAlarms.map(({ AlarmName, StateValue }) => ({ name: AlarmName!, state: StateValue! }));
    },
  };
}
