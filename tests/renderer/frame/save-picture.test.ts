import { expect, test } from 'vitest';
import { gravestNew } from '../../../renderer/frame/finding-tones.ts';
import { captionOf, tablesOf } from '../../../renderer/frame/save-picture.ts';
import { resetView, sharedView } from '../../../renderer/store/view.ts';

test('a picture’s caption has the session, the stretch of time and the filter', () => {
  resetView();
  sharedView.setState({
    range: { fromNs: 1e9, toNs: 2e9 },
    filter: { queues: [2], expression: 'latency > 1P' },
  });
  const [session, range] = captionOf('timeline', 'Timeline');
  expect(session).toContain('Timeline · no session');
  expect(range).toMatch(/1\.000.*….*2\.000.*filter: txq · latency > 1P/);
  resetView();
  expect(captionOf('timeline', 'Timeline')[1]).toContain('no filter');
});

test('the tables of a panel are lines of cells', () => {
  const box = document.createElement('div');
  box.innerHTML = `<table><tr><th>stage</th><th>p50</th></tr><tr><td>queued </td><td>1  ms</td></tr></table>
    <div role="row"><div role="gridcell">a</div><div role="gridcell">b</div></div><div role="row"></div>`;
  expect(tablesOf(box)).toBe('stage\tp50\nqueued\t1 ms\na\tb');
});

test('the gravest severity of which there is more is what is heard', () => {
  const none = { error: 0, warning: 0, note: 0 };
  expect(gravestNew(none, { error: 1, warning: 5, note: 0 })).toBe('error');
  expect(gravestNew(none, { error: 0, warning: 0, note: 2 })).toBe('note');
  expect(gravestNew(none, none)).toBeUndefined();
  expect(gravestNew(undefined, none)).toBeUndefined();
});
