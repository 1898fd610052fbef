/** Hands a capture file that the user gave to the page over to the host. */
import { LIMITS } from '../../src-core/limits.ts';
import { ask, notify, useSession } from '../store/session.ts';
import { formatBytes } from '../ui/format.ts';

/** Room in a packet for what stands around the file's bytes. */
const AROUND_BYTES = 4096;

export async function openFile(file: File): Promise<void> {
  if (file.size > LIMITS.packetBytes - AROUND_BYTES) {
    notify({
      severity: 'error',
      code: 'file-too-large',
      what: `${file.name} has ${formatBytes(file.size)}; a page hands over at most ${formatBytes(LIMITS.packetBytes)}.`,
      action: elsewhere(file.name),
    });
    return;
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  await ask('openCaptureBytes', { name: file.name, bytes });
}

/** How such a file is opened all the same. */
function elsewhere(name: string): string {
  const command = `\`ringside app ${/^[\w.-]+$/.test(name) ? name : `"${name}"`}\``;
  const isPacked = /\.(gz|zst)$/.test(name) || /\.pcapng$/.test(name);
  const pack = isPacked ? '' : ', or pack a trace first (gzip, zstd), which makes it a tenth';
  if (useSession.getState().hello?.carrier === 'page') {
    return `Run ${command} in the folder where it is${pack}.`;
  }
  return `Give its path under “Read a QEMU trace” or “Open a capture”, or run ${command} in its folder${pack}.`;
}
