// Files that a guest handed out with `send NAME FILE`, as they came through its second serial port:
//
//     FILE name bytes md5 \n content   FILE …
import { createHash } from 'node:crypto';

const NEWLINE = 0x0a;

/** The files that are complete in `bytes`, by name. Throws where what arrived differs from what was sent. */
export function parseOutputFiles(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let at = 0;
  for (;;) {
    const headerEnd = bytes.indexOf(NEWLINE, at);
    if (headerEnd < 0) return files;
    const header = new TextDecoder().decode(bytes.subarray(at, headerEnd));
    const [, name, sizeBytes, md5] = /^FILE (\S+) (\d+) ([0-9a-f]{32})$/.exec(header) ?? [];
    if (name === undefined) throw new Error(`no header of a file from the guest: '${header}'`);
    at = headerEnd + 1 + Number(sizeBytes);
    if (at > bytes.length) return files;
    const content = new Uint8Array(bytes.subarray(headerEnd + 1, at));
    const found = createHash('md5').update(content).digest('hex');
    if (found !== md5) throw new Error(`${name} was damaged on its way out of the guest`);
    files.set(name, content);
  }
}
