/** Why there is no wave, and what would bring one. */
import type { SessionStatus } from '../../../src-core/contract-data.ts';
import { qemuArguments } from '../../../src-core/qemu-arguments.ts';
import { QemuArguments } from '../../frame/waiting-panel.tsx';
import { useSession } from '../../store/session.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

const APLAY = 'aplay -D hw:0 /usr/share/sounds/alsa/Front_Center.wav';

export function NoTracks() {
  const status = useSession((session) => session.status);
  if (status === null || status === undefined) {
    return (
      <EmptyState
        title="No session"
        detail="Start the demo, attach a guest or open a capture to see its PCM."
      />
    );
  }
  if (status.trace !== undefined) {
    return (
      <EmptyState
        title="No PCM in this source"
        detail="QEMU’s trace events carry no sound: they tell when messages moved, not what was in them. To see the samples, watch the running QEMU with `ringside qemu --qmp PATH`, or start it with Ringside as the sound device:"
        action={<QemuArguments lines={qemuArguments('/tmp/ringside.sock')} />}
      />
    );
  }
  if (status.phase === 'ended' || status.kind === 'file') {
    return (
      <EmptyState
        title="No PCM in this capture"
        detail="No stream was prepared while it was recorded, or it was recorded without payload."
      />
    );
  }
  return <Waiting status={status} />;
}

function Waiting({ status }: { readonly status: SessionStatus }) {
  if (status.kind === 'demo') {
    return (
      <EmptyState
        title="No PCM yet"
        detail="The demo guest has not prepared a stream. It does within its first second, if its scenario plays at all."
      />
    );
  }
  return (
    <EmptyState
      title="No PCM yet"
      detail={
        status.phase === 'waiting'
          ? 'No guest is connected. Once it is, play a sound in it:'
          : 'The guest is connected and has not prepared a stream. Play a sound in it:'
      }
      action={
        <span className="mono">
          {APLAY} <CopyButton text={APLAY} label="Copy the command" />
        </span>
      }
    />
  );
}
