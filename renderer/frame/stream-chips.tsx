/** Each stream as a chip: direction, format, state. Those that do something come first. */
import type { StreamStatus } from '../../src-core/contract-data.ts';
import { formatName, rateHzOf } from '../../src-core/spec/formats.ts';
import type { StreamState } from '../../src-core/spec/sound.ts';
import type { StateName } from '../palette.ts';
import { showTab, useView } from '../store/view.ts';
import { Chip } from '../ui/chip.tsx';
import { formatPlural, formatRate } from '../ui/format.ts';

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
  return (
    <>
      {inOrder.slice(0, MAX_CHIPS).map((stream) => (
        <StreamChip key={stream.streamId} stream={stream} />
      ))}
      {left > 0 ? (
        <Chip onClick={() => showTab('streams')}>{`+ ${formatPlural(left, 'stream')}`}</Chip>
      ) : null}
    </>
  );
}

function StreamChip({ stream }: { readonly stream: StreamStatus }) {
  const { streamId, direction, state, params, underruns } = stream;
  const way = direction === 'output' ? 'tx' : 'rx';
  const { glyph, tone } = STATES[state];
  const format =
    params === undefined
      ? ''
      : `${formatName(params.format)} ${params.channels}ch ${formatRate(rateHzOf(params.rate))} `;
  const xruns = underruns > 0 ? `, ${formatPlural(underruns, 'xrun')}` : '';
  const show = () => {
    useView.setState({ streamId });
    showTab('streams');
  };
  return (
    <Chip
      tone={tone}
      glyph={glyph}
      tip={`Stream ${streamId} (${direction}) is ${state}${xruns}.`}
      onClick={show}
    >
      {`${way}${streamId} ${format}${state}`}
    </Chip>
  );
}

function rank({ state }: StreamStatus): number {
  return state === 'running' ? 2 : state === 'init' || state === 'released' ? 0 : 1;
}
