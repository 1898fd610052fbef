/** Lays a file of another program's beside the session: by its path where the page may know it, else handed over in slices. */
import { LIMITS } from '../../src-core/limits.ts';
import type { Client } from '../../src-core/rpc.ts';
import { noticeOf } from '../store/notice-of.ts';
import { notify, useSession } from '../store/session.ts';

/** So much of a file tells what it is. */
const LOOKED_BYTES = 256 * 1024;
const IS_SND_PCM = /\b(?:hwptr|applptr|xrun|hw_ptr_error): (?:snd_pcm:)?pcmC\d+D\d+[pc]\/sub\d+: /;
const IS_PW_TOP = /^(?:\d+\.\d+ )?S +ID +QUANT +RATE +WAIT +BUSY/m;

/** A capture or a trace opens in the place of the session; this is what lies beside it. */
export async function looksLikeLayer(file: File): Promise<boolean> {
  try {
    const text = await file.slice(0, LOOKED_BYTES).text();
    return IS_SND_PCM.test(text) || IS_PW_TOP.test(text);
  } catch {
    return false; // a folder: who opens it says so
  }
}

/** What goes wrong becomes a notice. */
export async function addLayer(file: File): Promise<void> {
  const { client } = useSession.getState();
  if (client === undefined) return;
  try {
    const path = window.link?.pathOf?.(file) ?? '';
    if (path !== '') await client.call('addLayer', { path });
    else await handOver(client, file);
  } catch (thrown) {
    notify(noticeOf(thrown));
  }
}

async function handOver(client: Client, file: File): Promise<void> {
  const { layer } = await client.call('beginLayer', { name: file.name });
  for (let at = 0; at < file.size; at += LIMITS.layerSliceBytes) {
    const slice = file.slice(at, at + LIMITS.layerSliceBytes);
    const bytes = new Uint8Array(await slice.arrayBuffer());
    const { isWanted } = await client.call('layerSlice', { layer, bytes });
    if (!isWanted) return;
  }
  await client.call('layerSlice', { layer, bytes: new Uint8Array() });
}

/** Asks for a file of this machine. */
export function pickLayer(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.setAttribute('aria-label', 'Layer file');
  input.className = 'visually-hidden';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.remove();
    if (file !== undefined) void addLayer(file);
  });
  input.addEventListener('cancel', () => input.remove());
  document.body.append(input);
  input.click();
}
