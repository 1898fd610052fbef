/** The bytes of a message read as something else: PCM of a format by choice, or a structure that the user writes. */
import { useId, useState } from 'react';
import type { StreamParams } from '../../../src-core/spec/formats.ts';
import { formatBytes } from '../../ui/format.ts';
import styles from './inspector.module.css';
import type { ByteSection } from './inspector-model.ts';
import { Part } from './inspector-part.tsx';
import { PcmChoicePart } from './pcm-choice-part.tsx';
import own from './reading.module.css';
import { StructPart } from './struct-part.tsx';

export interface ReadingPartProps {
  readonly sections: readonly ByteSection[];
  readonly pcm: Uint8Array;
  readonly params: StreamParams | undefined;
}

interface Source {
  readonly id: string;
  readonly title: string;
  readonly bytes: Uint8Array;
}

export function ReadingPart({ sections, pcm, params }: ReadingPartProps) {
  const sources: readonly Source[] = [
    ...sections.map(({ id, title, bytes }) => ({ id, title, bytes })),
    { id: 'pcm', title: 'PCM', bytes: pcm },
  ].filter(({ bytes }) => bytes.length > 0);
  const [chosen, setChosen] = useState('');
  const [way, setWay] = useState<'struct' | 'pcm'>('struct');
  const [skipped, setSkipped] = useState(0);
  const group = useId();
  const source = sources.find(({ id }) => id === chosen) ?? sources[0];
  if (source === undefined) return null;
  const fromByte = Math.min(skipped, source.bytes.length);
  return (
    <Part title="Read bytes as">
      <div className={own.row}>
        <label>
          <input
            type="radio"
            name={group}
            checked={way === 'struct'}
            onChange={() => setWay('struct')}
          />{' '}
          a structure
        </label>
        <label>
          <input type="radio" name={group} checked={way === 'pcm'} onChange={() => setWay('pcm')} />{' '}
          PCM
        </label>
      </div>
      <div className={own.row}>
        <label>
          of
          <select
            aria-label="Bytes"
            value={source.id}
            onChange={({ target }) => setChosen(target.value)}
          >
            {sources.map(({ id, title, bytes }) => (
              <option key={id} value={id}>
                {`${title}, ${formatBytes(bytes.length)}`}
              </option>
            ))}
          </select>
        </label>
        <label>
          from byte
          <input
            type="number"
            min={0}
            max={source.bytes.length}
            value={fromByte}
            onChange={({ target }) =>
              setSkipped(Math.max(0, Math.floor(Number(target.value)) || 0))
            }
          />
        </label>
      </div>
      {way === 'struct' ? (
        <StructPart bytes={source.bytes} fromByte={fromByte} />
      ) : (
        <PcmChoicePart bytes={source.bytes.subarray(fromByte)} params={params} />
      )}
      {source.id === 'pcm' ? (
        <p className={styles.second}>Of a message’s PCM its first 4 096 bytes are at hand here.</p>
      ) : null}
    </Part>
  );
}
