/** The quick filter of the message table: queues, streams, problems only. */
import { QUEUE_NAMES } from '../../../src-core/spec/sound.ts';
import { useSession } from '../../store/session.ts';
import { sharedView, useView } from '../../store/view.ts';
import { Chip } from '../../ui/chip.tsx';
import styles from './messages.module.css';
import { toggleProblems, toggleQueue, toggleStream } from './messages-model.ts';

const MAX_STREAM_CHIPS = 6;

export function MessagesFilter() {
  const filter = useView((view) => view.filter);
  const streams = useSession((session) => session.status?.streams) ?? [];
  const set = (next: typeof filter) => sharedView.setState({ filter: next });
  return (
    <>
      {QUEUE_NAMES.map((name, queue) => (
        <Chip
          key={name}
          pressed={filter.queues?.includes(queue) ?? false}
          onClick={() => set(toggleQueue(filter, queue))}
        >
          {name}
        </Chip>
      ))}
      <span className={styles.gap} />
      {streams.slice(0, MAX_STREAM_CHIPS).map(({ streamId, direction }) => (
        <Chip
          key={streamId}
          pressed={filter.streamId === streamId}
          tip={`Only messages of stream ${streamId} (${direction === 'output' ? 'playback' : 'capture'})`}
          onClick={() => set(toggleStream(filter, streamId))}
        >
          {`${direction === 'output' ? 'tx' : 'rx'} ${streamId}`}
        </Chip>
      ))}
      <span className={styles.gap} />
      <Chip
        tone="error"
        glyph="✕"
        pressed={filter.problems === true}
        tip="Only messages that broke a rule or were refused"
        onClick={() => set(toggleProblems(filter))}
      >
        problems
      </Chip>
    </>
  );
}
