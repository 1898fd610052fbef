/** Why the message table is empty, and what to do about it. */
import { usePull } from '../../store/pull.ts';
import { useSession } from '../../store/session.ts';
import { sharedView, useView } from '../../store/view.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { formatPlural } from '../../ui/format.ts';
import { isFiltering } from './messages-model.ts';

const APLAY = 'aplay -D hw:0 /usr/share/sounds/alsa/Front_Center.wav';

export function MessagesEmpty() {
  const filter = useView((view) => view.filter);
  const status = useSession((session) => session.status);
  if (status === undefined || status === null) return null;
  if (isFiltering(filter) && status.messages > 0) return <FilteredOut messages={status.messages} />;
  if (status.phase === 'waiting') {
    const title = status.kind === 'trace' ? 'No line yet' : 'No guest yet';
    return <EmptyState title={title} detail={status.sentence} />;
  }
  if (status.phase === 'loading') {
    return <EmptyState title="No message so far" detail={status.sentence} />;
  }
  if (status.phase === 'live') {
    return (
      <EmptyState
        title="Connected, no traffic yet"
        detail={
          <>
            Play a sound in the guest: <code className="selectable">{APLAY}</code>
          </>
        }
        action={<CopyButton text={APLAY} label="Copy the command" words="Copy" />}
      />
    );
  }
  return <EmptyState title="This capture has no messages" detail={status.sentence} />;
}

/** Says which term removed everything. */
function FilteredOut({ messages }: { readonly messages: number }) {
  const filter = useView((view) => view.filter);
  const { data } = usePull('filterState', { filter }, { everyMs: 200 });
  const emptiedBy = data?.emptiedBy;
  return (
    <EmptyState
      title="The filter hides every message"
      detail={
        <>
          None of {formatPlural(messages, 'message')} passes it.
          {emptiedBy === undefined ? null : (
            <>
              <br />
              What removed the last of them is <code className="selectable">{emptiedBy}</code>.
            </>
          )}
        </>
      }
      action={
        <Button onClick={() => sharedView.setState({ filter: {} })}>Show all messages</Button>
      }
    />
  );
}
