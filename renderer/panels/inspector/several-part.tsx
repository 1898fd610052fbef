/** Several messages: what they took, and the fields in which they differ; what is alike in all is left out. */
import { useMemo } from 'react';
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { formatDuration, formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { selectMessage, usePanelView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { formatCount, formatPlural } from '../../ui/format.ts';
import styles from './inspector.module.css';
import { Part } from './inspector-part.tsx';
import { statisticsOf } from './range-model.ts';
import { Statistics } from './range-part.tsx';
import { type DifferingField, differingFields } from './several-model.ts';

const EVERY_MS = 250;
/** Of more, the fields of the first are compared. */
const COMPARED = 500;

export function SeveralPart({ indexes, lead }: { indexes: readonly number[]; lead: number }) {
  const view = usePanelView();
  const { data } = usePull('messagesOf', { indexes }, { everyMs: EVERY_MS });
  const list = usePull('fieldList', {}, { live: false }).data ?? [];
  const compared = indexes.slice(0, COMPARED);
  const cells = usePull(
    'messageCells',
    { indexes: compared, fields: list.map(({ name }) => name) },
    { everyMs: EVERY_MS, enabled: list.length > 0 },
  ).data;
  const differing = useMemo(() => differingFields(list, cells ?? []), [list, cells]);
  const lanes = useMemo(
    () =>
      QUEUE_NAMES.map((name, queue) => ({
        name,
        lines: data === undefined ? [] : statisticsOf(data, queue),
      })).filter(({ lines }) => lines.length > 0),
    [data],
  );
  const frames = data?.frames.reduce((sum, each) => sum + each, 0) ?? 0;
  const [fromNs = Number.NaN, toNs = Number.NaN] = [data?.poppedNs[0], data?.poppedNs.at(-1)];
  return (
    <>
      <div className={styles.summary}>
        <h2 className={styles.name}>{formatPlural(indexes.length, 'message')}</h2>
        <p className="mono">{`${formatTime(fromNs, 6)} … ${formatTime(toNs, 6)}`}</p>
        <p>
          {`Popped within ${formatDuration(toNs - fromNs)}`}
          {frames > 0 ? `; ${formatPlural(frames, 'frame')} moved in them.` : '.'}
        </p>
        <div>
          <Button onClick={() => selectMessage(lead, undefined, view)}>
            {`Only #${formatCount(lead)}`}
          </Button>
        </div>
      </div>
      {lanes.map(({ name, lines }) => (
        <Part key={name} title={name}>
          <Statistics lines={lines} />
        </Part>
      ))}
      <Part title="Differing fields">
        {compared.length < indexes.length ? (
          <p className={styles.second}>{`Of the first ${formatCount(compared.length)}.`}</p>
        ) : null}
        {differing.length === 0 && cells !== undefined ? (
          <p className={styles.second}>They are alike in every field.</p>
        ) : (
          <Differing fields={differing} />
        )}
      </Part>
    </>
  );
}

function Differing({ fields }: { readonly fields: readonly DifferingField[] }) {
  return (
    <table
      className={`${styles.grid} ${styles.differing} selectable`}
      aria-label="Differing fields"
    >
      <tbody>
        {fields.map((field) => (
          <tr key={field.name}>
            <th scope="row" title={field.doc}>
              {field.name}
            </th>
            <td>
              <Values {...field} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Values({ values, more, ends }: DifferingField) {
  if (ends !== undefined) return ends.join(' … ');
  const texts = values.map(({ text, count }) => {
    const times = count > 1 ? ` ×${formatCount(count)}` : '';
    return `${text === '' ? '–' : text}${times}`;
  });
  return (
    <>
      {texts.join(', ')}
      {more > 0 ? <span className={styles.second}>{` and ${formatCount(more)} more`}</span> : null}
    </>
  );
}
