/** Private data by a structure that the user writes: pointing at a field shows its bytes, and the other way round. */
import { Save, Trash2 } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { FieldTree } from '../../ui/field-tree.tsx';
import { HexView } from '../../ui/hex-view.tsx';
import styles from './inspector.module.css';
import own from './reading.module.css';
import { decodeByText } from './struct-decode.ts';
import { forgetStruct, saveStruct, useReading } from './struct-store.ts';
import { parseStruct, type StructProblem } from './struct-text.ts';

const ROWS_SHOWN = 64;
const PER_ROW = 8;

export function StructPart({ bytes, fromByte }: { readonly bytes: Uint8Array; fromByte: number }) {
  const text = useReading((reading) => reading.text);
  const [highlight, setHighlight] = useState<string>();
  const problemId = useId();
  const parsed = useMemo(() => parseStruct(text), [text]);
  const decoded = useMemo(
    () =>
      parsed.kind === 'struct' ? decodeByText(parsed.root, bytes, fromByte, 'own') : undefined,
    [parsed, bytes, fromByte],
  );
  return (
    <>
      <Saved />
      <textarea
        className={`${own.text} mono`}
        aria-label="Structure"
        aria-invalid={parsed.kind === 'problem'}
        aria-describedby={parsed.kind === 'problem' ? problemId : undefined}
        spellCheck={false}
        rows={Math.min(14, Math.max(4, text.split('\n').length))}
        value={text}
        onChange={({ target }) => useReading.setState({ text: target.value })}
      />
      {parsed.kind === 'problem' ? (
        <Problem id={problemId} text={text} problem={parsed.problem} />
      ) : null}
      {decoded === undefined ? null : (
        <>
          <FieldTree
            label="Structure of your own"
            nodes={decoded.nodes}
            highlight={highlight}
            onHighlight={setHighlight}
          />
          <div className={styles.bytes}>
            <HexView
              label="Bytes of the structure"
              perRow={PER_ROW}
              bytes={bytes.subarray(0, ROWS_SHOWN * PER_ROW)}
              ranges={decoded.ranges}
              highlight={highlight}
              onHighlight={setHighlight}
            />
          </div>
        </>
      )}
    </>
  );
}

/** Line and column, the line itself, and what stands out under it. */
function Problem(props: {
  readonly id: string;
  readonly text: string;
  readonly problem: StructProblem;
}) {
  const { id, text, problem } = props;
  const { message, line, column, letters } = problem;
  const written = text.split('\n')[line - 1] ?? '';
  const tip = `${' '.repeat(column - 1)}${'^'.repeat(Math.max(1, Math.min(letters, written.length - column + 1)))}`;
  return (
    <div id={id} className={own.problem} role="status">
      <p>{`✕ Line ${line}, column ${column}: ${message}`}</p>
      <pre className="mono" aria-hidden="true">{`${written}\n${tip}`}</pre>
    </div>
  );
}

/** By name, in all sessions. */
function Saved() {
  const saved = useReading((reading) => reading.saved);
  const text = useReading((reading) => reading.text);
  const [name, setName] = useState('');
  const shown = saved.find((one) => one.text === text);
  const nameInText = /struct\s+(\w+)[^}]*\}[\s;]*$/.exec(text)?.[1] ?? '';
  const wanted = name.trim() || nameInText;
  return (
    <div className={own.row}>
      <label>
        saved
        <select
          value={shown?.name ?? ''}
          disabled={saved.length === 0}
          onChange={({ target }) => {
            const one = saved.find((known) => known.name === target.value);
            if (one !== undefined) useReading.setState({ text: one.text });
          }}
        >
          <option value="">{saved.length === 0 ? 'none yet' : '…'}</option>
          {saved.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </select>
      </label>
      <label>
        as
        <input
          value={name}
          placeholder={nameInText}
          maxLength={60}
          onChange={({ target }) => setName(target.value)}
        />
      </label>
      <Button
        icon={<Save />}
        disabled={wanted === ''}
        onClick={() => {
          saveStruct(wanted, text);
          setName('');
        }}
      >
        Save
      </Button>
      <IconButton
        label={shown === undefined ? 'Delete the saved structure' : `Delete ${shown.name}`}
        icon={<Trash2 />}
        disabled={shown === undefined}
        onClick={() => shown && forgetStruct(shown.name)}
      />
    </div>
  );
}
