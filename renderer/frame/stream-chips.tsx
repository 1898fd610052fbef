/** Each stream as a chip: direction, format, state. Those that do something come first. */
import type { StreamStatus } from '../../src-core/contract-data.ts';
import { formatName, rateHzOf } from '../../src-core/spec/formats.ts';
import type { StreamState } from '../../src-core/spec/sound.ts';
import type { StateName } from '../palette.ts';
import { useSession } from '../store/session.ts';
import { sharedView, showTab } from '../store/view.ts';
import { xrunText } from '../store/xrun-text.ts';
import { Chip } from '../ui/chip.tsx';
import { formatPlural, formatRate } from '../ui/format.ts';
import styles from './frame.module.css';

const MAX_CHIPS = 3;

const STATES: Readonly<Record<StreamState, { glyph: string; tone: StateName }>> = {
  init: { glyph: '○', tone: 'done' },
  params: { glyph: '▷', tone: 'posted' },
  prepared: { glyph: '◇', tone: 'held' },
  running: { glyph: '▶', tone: 'service' },
  stopped: { glyph: '❚❚', tone: 'done' },
  released: { glyph: '■', tone: 'done' },
};

export function StreamChips({ streams }: { readonly streams: readonly StreamStatus[] }) {
  const inOrder = [...streams].sort((a, b) => rank(b) - rank(a) || a.streamId - b.streamId);
  const left = inOrder.length - MAX_CHIPS;
  const isAlone = streams.filter((stream) => rank(stream) > 0).length < 2;
  return (
    <>
      {inOrder.slice(0, MAX_CHIPS).map((stream) => (
        <StreamChip key={stream.streamId} stream={stream} isAlone={isAlone} />
      ))}
      {left > 0 ? (
        <Chip onClick={() => showTab('streams')}>{`+ ${formatPlural(left, 'stream')}`}</Chip>
      ) : null}
    </>
  );
}

/** One that is busy alone has room for its format; of several, the tooltip has it. */
function StreamChip({
  stream,
  isAlone,
}: {
  readonly stream: StreamStatus;
  readonly isAlone: boolean;
}) {
  const { streamId, direction, state, params, underruns } = stream;
  const way = direction === 'output' ? 'tx' : 'rx';
  const { glyph, tone } = STATES[state];
  const format =
    params === undefined
      ? ''
      : `${formatName(params.format)} ${params.channels}ch ${formatRate(rateHzOf(params.rate))} `;
  const isTraced = useSession(({ status }) => status?.trace !== undefined);
  const xruns = underruns > 0 ? `, ${xrunText(stream, isTraced)}` : '';
  const show = () => {
    sharedView.setState({ streamId });
    showTab('streams');
  };
  return (
    <Chip
      tone={tone}
      glyph={glyph}
      tip={`Stream ${streamId} (${direction}) is ${state}${format === '' ? '' : `: ${format.trim()}`}${xruns}.`}
      onClick={show}
    >
      {`${way}${streamId} `}
      {isAlone && format !== '' ? <span className={styles.word}>{format}</span> : null}
      {state}
    </Chip>
  );
}

function rank({ state }: StreamStatus): number {
  return state === 'running' ? 2 : state === 'init' || state === 'released' ? 0 : 1;
}
