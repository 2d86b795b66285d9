import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** What one room shows: a heading, and widgets that flow in rows below it. A new part is a new file here and one line in the dashboard. */
export interface Section {
  readonly title: string;
  readonly widgets: cloudwatch.IWidget[];
}

/** CloudWatch's grid. */
export const GRID_WIDTH = 24;
/** Three graphs stand in a row. */
const GRAPH = { width: GRID_WIDTH / 3, height: 6 };

/** A line for each metric; zero is always on the axis, so that a flat line is not taken for a steep one. */
export function graph(title: string, left: cloudwatch.IMetric[], right: cloudwatch.IMetric[] = []): cloudwatch.IWidget {
  return new cloudwatch.GraphWidget({ ...GRAPH, title, left, right, leftYAxis: { min: 0 }, rightYAxis: { min: 0 } });
}

/** The last values as numbers, over the whole width. */
export function numbers(title: string, metrics: cloudwatch.IMetric[]): cloudwatch.IWidget {
  return new cloudwatch.SingleValueWidget({ width: GRID_WIDTH, height: 3, title, metrics, setPeriodToTimeRange: false });
}

/** Widgets in rows, as many to a row as have place. */
export function rowsOf(section: Section): cloudwatch.IWidget[][] {
  const heading = new cloudwatch.TextWidget({
    width: GRID_WIDTH, height: 1, markdown: `## ${section.title}`, background: cloudwatch.TextWidgetBackground.TRANSPARENT,
  });
  const rows: cloudwatch.IWidget[][] = [[heading]];
  let free = 0;
  for (const widget of section.widgets) {
    if (widget.width > free) {
      rows.push([]);
      free = GRID_WIDTH;
    }
    rows[rows.length - 1].push(widget);
    free -= widget.width;
  }
  return rows;
}
