/** How many messages the filter lets through: `1 204 of 84 112`; while it is still looking how far it is, and when that takes
 *  long, how fast it goes and a way out that keeps what was found. */
import { Play, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { FilterState } from '../../../src-core/contract-filter.ts';
import { usePull } from '../../store/pull.ts';
import { ask } from '../../store/session.ts';
import { useView } from '../../store/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { formatCount } from '../../ui/format.ts';
import styles from './filter-field.module.css';

const LONG_MS = 2000;

export function Matches() {
  const filter = useView((view) => view.filter);
  const isOn = filter.expression !== undefined;
  const { data, askAgain } = usePull('filterState', { filter }, { everyMs: 200, enabled: isOn });
  const perS = useRate(isOn ? data : undefined);
  if (!isOn || data === undefined) return null;
  const look = (looks: boolean) => ask('filterState', { filter, looks }).then(askAgain);
  return (
    <>
      <span className={styles.matches} role="status" aria-live="off">
        {matchText(data, perS)}
      </span>
      {data.isStopped === true ? (
        <IconButton label="Look at the rest too" icon={<Play />} onClick={() => look(true)} />
      ) : perS === undefined ? null : (
        <IconButton
          label="Stop looking; what is found stays"
          icon={<X />}
          onClick={() => look(false)}
        />
      )}
    </>
  );
}

/** `perS`: messages that are looked at in a second, when it takes long. */
export function matchText(
  { matches, looked, all, isStopped }: FilterState,
  perS: number | undefined,
): string {
  const found = `${formatCount(matches)} of ${formatCount(all)}`;
  if (looked >= all) return found;
  const share = `${Math.floor((100 * looked) / all)} %`;
  if (isStopped === true) return `${found} · stopped at ${share}`;
  return `${found} · ${share}${perS === undefined ? '' : ` · ${formatCount(perS)}/s`}`;
}

/** Messages a second, once a filter has been looking for two seconds. */
function useRate(state: FilterState | undefined): number | undefined {
  const since = useRef<{ readonly ms: number; readonly looked: number }>(undefined);
  const [perS, setPerS] = useState<number>();
  useEffect(() => {
    if (state === undefined || state.looked >= state.all || state.isStopped === true) {
      since.current = undefined;
      setPerS(undefined);
      return;
    }
    const nowMs = performance.now();
    since.current ??= { ms: nowMs, looked: state.looked };
    const ms = nowMs - since.current.ms;
    if (ms >= LONG_MS) setPerS(Math.round((1000 * (state.looked - since.current.looked)) / ms));
  }, [state]);
  return perS;
}
