import { csvFiles } from './report-csv';
import { Report } from './report-model';
import { renderReportPage } from './report-page';

export interface ReportFile {
  readonly name: string;
  readonly content: string;
  readonly contentType: string;
}

/** Everything that is kept of a report. */
export function reportFiles(report: Report, topRules: number): ReportFile[] {
  return [
    { name: 'report.html', content: renderReportPage(report, topRules), contentType: 'text/html; charset=utf-8' },
    ...Object.entries(csvFiles(report)).map(([name, content]) => ({ name, content, contentType: 'text/csv; charset=utf-8' })),
    // Last: whoever waits for a report finds all of it when this is there.
    { name: 'report.json', content: `${JSON.stringify(report, undefined, 2)}\n`, contentType: 'application/json' },
  ];
}
