/** Go to a message by its number, to a time, or to a frame of a stream. */
import { type FormEvent, useState } from 'react';
import type { Frames } from '../../src-core/units.ts';
import { activeView } from '../store/own-views.ts';
import { ask, notify, useSession } from '../store/session.ts';
import { centreView } from '../store/time-range.ts';
import { selectedMessage, selectMessage, type View } from '../store/view.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { formatCount } from '../ui/format.ts';
import { closeDialog, useDialogs } from './dialogs.ts';
import styles from './forms.module.css';
import { type Place, parsePlace } from './parse-place.ts';

export function GoTo() {
  const isOpen = useDialogs(({ open }) => open === 'go-to');
  const [text, setText] = useState('');
  const place = parsePlace(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (place === undefined) return;
    closeDialog();
    void goTo(place);
  };
  return (
    <Dialog title="Go to" isOpen={isOpen} onClose={closeDialog}>
      <form className={styles.form} onSubmit={submit}>
        <label className={styles.field}>
          Message number, time with its unit, or frame
          <input
            data-autofocus
            value={text}
            spellCheck={false}
            placeholder="4812  ·  12.345 s  ·  250 ms  ·  00:12:41  ·  frame 57600"
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <p className={styles.hint}>{text.trim() === '' ? '' : describePlace(place)}</p>
        <div className={styles.buttons}>
          <Button tone="primary" type="submit" disabled={place === undefined}>
            Go
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function describePlace(place: Place | undefined): string {
  if (place === undefined)
    return 'No number, time or frame: “4812”, “12.345 s”, “00:12:41”, “frame 57600”.';
  if (place.kind === 'message') return `Message ${formatCount(place.index)}`;
  if (place.kind === 'frame') {
    const { streamId } = activeView().getState();
    return `The message that carried frame ${formatCount(place.frame)} of stream ${streamId}`;
  }
  return `The first message popped at ${(place.atNs / 1e9).toFixed(6)} s or after`;
}

export async function goTo(place: Place): Promise<void> {
  const view = activeView();
  if (place.kind === 'time') {
    view.setState({ cursorNs: place.atNs });
    centreView(place.atNs, view);
    const found = await ask('messageAt', { atNs: place.atNs });
    if (found !== undefined && found.index >= 0) selectMessage(found.index, undefined, view);
    return;
  }
  if (place.kind === 'frame') return goToFrame(place.frame, view);
  const all = await messagesWith(place.index);
  if (all === 0) return;
  const index = Math.min(place.index, all - 1);
  if (index !== place.index) {
    const what = `The capture has ${formatCount(all)} messages so far; this is the last.`;
    notify({ severity: 'info', code: 'no-such-message', what });
  }
  selectMessage(index, undefined, view);
}

/** Of the stream that all panels show; in the run of the selected message where it belongs to one, else in the first. */
async function goToFrame(frame: Frames, view: View): Promise<void> {
  const now = view.getState();
  const chosen = selectedMessage(now);
  const row = chosen === undefined ? undefined : await ask('messagesOf', { indexes: [chosen] });
  const track = row?.track[0] ?? -1;
  const isOurs = track >= 0 && row?.streamId[0] === now.streamId;
  const run = isOurs ? `track == ${track} && ` : '';
  const expression = `${run}stream == ${now.streamId} && frame <= ${frame} && frame + frames > ${frame}`;
  const found = await ask('messages', { first: 0, count: 1, filter: { expression } });
  const index = found?.index[0];
  if (index !== undefined) {
    selectMessage(index, undefined, view);
    return;
  }
  const what = `No message of stream ${now.streamId} carried frame ${formatCount(frame)}${isOurs ? ' in this run' : ''}.`;
  notify({ severity: 'info', code: 'no-such-frame', what });
}

/** How many there are. Whether the wanted one is among them is mostly known, and nobody waits for the host to hear it. */
async function messagesWith(index: number): Promise<number> {
  const told = useSession.getState().changed.messages;
  if (index < told) return told;
  return (await ask('messages', { first: 0, count: 0 }))?.all ?? 0;
}
