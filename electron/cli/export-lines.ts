/** Exports of messages as lines of text. */
import { type LineFormat, lineWriter } from '../../src-core/analysis/row-lines.ts';
import { RowScan } from '../../src-core/analysis/row-scan.ts';
import type { ExportJob } from './export-job.ts';
import { openTarget } from './export-target.ts';

export function exportLines(format: LineFormat): (job: ExportJob) => Promise<void> {
  return async ({ opened: { capture }, offline, to, fields, filter }) => {
    const target = openTarget(to, offline);
    const writer = lineWriter(format, fields);
    const scan = new RowScan(capture, fields, filter);
    const { rows } = capture.messages;
    try {
      target.text(writer.heading);
      for (let row = 0; row < rows; ) {
        let text = '';
        row = scan.scan(row, rows, ({ cells }) => {
          text += writer.line(cells);
          return true;
        });
        target.text(text);
        target.progress(row, rows);
        await offline.pause();
      }
      target.finish();
    } catch (thrown) {
      target.abandon();
      throw thrown;
    }
  };
}
