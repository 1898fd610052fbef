/** A layer: one file of another program's, read while it comes, and where its times lie on the session's axis. */
import type { Bytes, Ns } from '../units.ts';
import { LayerLines } from './layer-lines.ts';
import { LayerStore } from './layer-store.ts';
import { isPwTopLine, PwTopText } from './pw-top-text.ts';
import { isSndPcmLine, SndPcmText } from './snd-pcm-text.ts';

/** So many lines are looked at for the first one that tells what the file is. */
const SNIFF_LINES = 20_000;
const QUOTED = 60;

export type LayerKind = 'snd_pcm' | 'pw-top';
type Reader = SndPcmText | PwTopText;

export class Layer {
  readonly id: number;
  readonly name: string;
  readonly store = new LayerStore();
  kind: LayerKind | undefined;
  bytes: Bytes = 0;
  isOver = false;
  /** What the user moved it to: added to the file's times. Absent: as the anchor has it. */
  shiftNs: Ns | undefined;
  private reader: Reader | undefined;
  private firstLine = '';
  private readonly splitter = new LayerLines((line, isCut) => this.line(line, isCut));

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }

  /** What the reader knows of the file's clock. */
  get snd(): SndPcmText | undefined {
    return this.reader instanceof SndPcmText ? this.reader : undefined;
  }

  get pipewire(): PwTopText | undefined {
    return this.reader instanceof PwTopText ? this.reader : undefined;
  }

  get firstNs(): Ns {
    return this.reader?.firstNs ?? Number.NaN;
  }

  give(bytes: Uint8Array): void {
    if (this.isOver) return;
    this.bytes += bytes.length;
    this.splitter.give(bytes);
  }

  finish(): void {
    if (this.isOver) return;
    this.splitter.finish();
    this.isOver = true;
  }

  /** It is over, or has been long enough to tell, and is no layer: says what was seen instead. */
  refusal(): string | undefined {
    if (this.kind !== undefined) return undefined;
    if (!this.isOver && this.store.lines < SNIFF_LINES) return undefined;
    if (this.store.lines === 0) return 'it is empty';
    const begin = this.firstLine.slice(0, QUOTED);
    return `none of its first ${this.store.lines} lines is an event of snd_pcm or a heading of pw-top; line 1 begins “${begin}”`;
  }

  private line(line: string, isCut: boolean): void {
    this.store.lines++;
    if (this.store.lines === 1) this.firstLine = line;
    if (isCut) this.store.problem('the line is too long');
    else if (this.reader !== undefined) this.reader.line(line);
    else this.sniff(line);
  }

  private sniff(line: string): void {
    if (this.store.lines > SNIFF_LINES) return;
    if (isSndPcmLine(line)) {
      this.kind = 'snd_pcm';
      this.reader = new SndPcmText(this.store);
    } else if (isPwTopLine(line)) {
      this.kind = 'pw-top';
      this.reader = new PwTopText(this.store);
    }
    this.reader?.line(line);
  }
}
