/** Cuts bytes that come in pieces into lines, each at most so long: what is longer is cut and said to be. */
import { LIMITS } from '../limits.ts';

const NEWLINE = 10;
const RETURN = 13;

export class LayerLines {
  private readonly rest = new Uint8Array(LIMITS.layerLineBytes);
  private restBytes = 0;
  private isCut = false;
  private readonly take: (line: string, isCut: boolean) => void;

  constructor(take: (line: string, isCut: boolean) => void) {
    this.take = take;
  }

  give(bytes: Uint8Array): void {
    let from = 0;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, from);
      this.keep(bytes.subarray(from, end < 0 ? bytes.length : end));
      if (end < 0) return;
      this.flush();
      from = end + 1;
    }
  }

  /** A last line without an end: the file may have been copied while it was written. */
  finish(): void {
    if (this.restBytes > 0) this.flush();
  }

  private keep(part: Uint8Array): void {
    const room = this.rest.length - this.restBytes;
    if (part.length > room) this.isCut = true;
    const taken = part.subarray(0, room);
    this.rest.set(taken, this.restBytes);
    this.restBytes += taken.length;
  }

  private flush(): void {
    const isLast = (at: number) => this.restBytes > 0 && this.rest[this.restBytes - 1] === at;
    if (isLast(RETURN)) this.restBytes--;
    const line = latin(this.rest.subarray(0, this.restBytes));
    const { isCut } = this;
    this.restBytes = 0;
    this.isCut = false;
    this.take(line, isCut);
  }
}

/** What is not ASCII is a name of somebody's, and shown as it can be. */
function latin(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 1024) {
    text += String.fromCharCode(...bytes.subarray(at, at + 1024));
  }
  return text;
}
