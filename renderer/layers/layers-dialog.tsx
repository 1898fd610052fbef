/** The layers beside the session: what they are, where they lie and why, moved by a number or to the cursor. */
import { type FormEvent, useState } from 'react';
import type { LayerInfo } from '../../src-core/contract-layers.ts';
import { closeDialog, useDialogs } from '../frame/dialogs.ts';
import forms from '../frame/forms.module.css';
import { activeView } from '../store/own-views.ts';
import { usePull } from '../store/pull.ts';
import { ask } from '../store/session.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { pickLayer } from './add-layer.ts';
import { offsetText, parseOffset, placeWords, sizeWords } from './layer-words.ts';
import styles from './layers.module.css';

export function LayersDialog() {
  const isOpen = useDialogs(({ open }) => open === 'layers');
  const { data } = usePull('layers', {}, { everyMs: 250, enabled: isOpen });
  const layers = data ?? [];
  return (
    <Dialog title="Layers" isOpen={isOpen} onClose={closeDialog} width="middle">
      {layers.length === 0 ? <Nothing /> : null}
      {layers.map((info) => (
        <LayerCard key={`${info.layer}/${info.offsetNs}`} info={info} />
      ))}
      <div className={`${forms.buttons} ${styles.foot}`}>
        <Button tone={layers.length === 0 ? 'primary' : 'plain'} onClick={pickLayer}>
          Add a layer…
        </Button>
      </div>
    </Dialog>
  );
}

function Nothing() {
  return (
    <p className={styles.second}>
      What other programs told of the same time, under the lanes of the timeline: text of the
      guest’s ftrace with the events of snd_pcm (
      <code>echo 1 &gt; events/snd_pcm/enable; cat trace</code>, of a kernel with
      CONFIG_SND_PCM_XRUN_DEBUG), or what <code>pw-top -b</code> printed, with times when it went
      through <code>ts %.s</code>.
    </p>
  );
}

function LayerCard({ info }: { readonly info: LayerInfo }) {
  const [text, setText] = useState(offsetText(info.offsetNs));
  const offsetNs = parseOffset(text);
  const { layer } = info;
  const move = (to: number | undefined) =>
    void ask('moveLayer', to === undefined ? { layer } : { layer, offsetNs: to });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (offsetNs !== undefined) move(offsetNs);
  };
  return (
    <section className={styles.card} aria-label={info.name}>
      <h3 className={styles.title}>{info.name}</h3>
      <p className={styles.second}>{sizeWords(info)}</p>
      <p className={styles.second}>{placeWords(info)}</p>
      {info.problems.map(({ line, what }) => (
        <p key={line} className={styles.problem}>{`▲ line ${line}: ${what}`}</p>
      ))}
      {info.odd > info.problems.length ? (
        <p className={styles.problem}>{`${info.odd - info.problems.length} more such lines`}</p>
      ) : null}
      <form className={styles.row} onSubmit={submit}>
        <label className={styles.offset}>
          Offset
          <input
            value={text}
            spellCheck={false}
            aria-invalid={offsetNs === undefined}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <Button type="submit" disabled={offsetNs === undefined || offsetNs === info.offsetNs}>
          Move
        </Button>
        <Button onClick={() => alignToCursor(info)}>Begin at the cursor</Button>
        <Button onClick={() => move(undefined)}>As assumed</Button>
        <Button onClick={() => void ask('removeLayer', { layer })}>Remove</Button>
      </form>
    </section>
  );
}

/** Its first event to where the cursor is, or the middle of what is seen. */
function alignToCursor({ layer, fromNs, offsetNs }: LayerInfo): void {
  const { cursorNs, range } = activeView().getState();
  const toNs = cursorNs ?? (range.fromNs + range.toNs) / 2;
  void ask('moveLayer', { layer, offsetNs: offsetNs + toNs - fromNs });
}
