/** What two SET_PARAMS of a stream asked for, side by side. */
import { useState } from 'react';
import { formatTime } from '../../canvas/time-scale.ts';
import { usePull } from '../../store/pull.ts';
import { formatPlural } from '../../ui/format.ts';
import styles from './states.module.css';
import { paramsDifference, paramsOfRequest } from './states-model.ts';

/** Of a stream with more, the newest. */
const MOST = 50;

interface Asked {
  readonly index: number;
  readonly poppedNs: number;
}

export function ParamsDiff({ streamId }: { readonly streamId: number }) {
  const filter = { streamId, expression: 'code == PCM_SET_PARAMS' };
  const count = usePull('messages', { first: 0, count: 0, filter }, { everyMs: 500 }).data?.total;
  const first = Math.max(0, (count ?? 0) - MOST);
  const { data } = usePull('messages', { first, count: MOST, filter }, { everyMs: 500 });
  const asked = Array.from(data?.index ?? [], (index, place) => ({
    index,
    poppedNs: data?.poppedNs[place] ?? 0,
  }));
  if (asked.length < 2) {
    return (
      <p className={styles.second}>
        {formatPlural(asked.length, 'SET_PARAMS', 'SET_PARAMS')} seen: two are needed to compare
        parameters.
      </p>
    );
  }
  return <Pair asked={asked} />;
}

function Pair({ asked }: { readonly asked: readonly Asked[] }) {
  const [chosen, choose] = useState<readonly [number?, number?]>([]);
  const before = chosen[0] ?? asked.at(-2)?.index ?? 0;
  const after = chosen[1] ?? asked.at(-1)?.index ?? 0;
  const one = usePull('message', { index: before }, { live: false }).data;
  const other = usePull('message', { index: after }, { live: false }).data;
  const rows = paramsDifference(paramsOfRequest(one?.body), paramsOfRequest(other?.body));
  return (
    <section aria-label="Parameters diff" className={styles.diff}>
      <table>
        <thead>
          <tr>
            <th scope="col">SET_PARAMS</th>
            <th scope="col">
              <Choice
                label="First SET_PARAMS"
                asked={asked}
                value={before}
                onChoose={(index) => choose([index, after])}
              />
            </th>
            <th scope="col">
              <Choice
                label="Second SET_PARAMS"
                asked={asked}
                value={after}
                onChoose={(index) => choose([before, index])}
              />
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, before: was, after: is, differs }) => (
            <tr key={label} className={differs ? styles.differs : ''}>
              <th scope="row">{label}</th>
              <td>{was}</td>
              <td>{differs ? `≠ ${is}` : is}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly asked: readonly Asked[];
  readonly value: number;
  readonly onChoose: (index: number) => void;
}

function Choice({ label, asked, value, onChoose }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChoose(Number(target.value))}
    >
      {asked.map(({ index, poppedNs }) => (
        <option key={index} value={index}>
          {`#${index} at ${formatTime(poppedNs, 3)}`}
        </option>
      ))}
    </select>
  );
}
