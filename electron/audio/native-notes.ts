/** What the native sink and source have to say: one note a stream for who asks, and each sentence once for who listens. */

export interface NativeOptions {
  /** ALSA's name of a device; `default` when there is none. */
  readonly device?: string;
  /** Told each new sentence once. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** On macOS and Windows the page has Web Audio, and there is no ALSA. */
export const UNHEARD_ELSEWHERE = 'on this system the window plays and records sound';
/** Sentences that are remembered as said. */
const MOST_SAID = 1000;

export class NativeNotes {
  private readonly byStream = new Map<number, string>();
  private readonly said = new Set<string>();
  private readonly onNote: ((note: string) => void) | undefined;

  constructor(onNote: ((note: string) => void) | undefined) {
    this.onNote = onNote;
  }

  /** Replaces the note of a stream: the rest of a sentence that begins with it. Empty: nothing to be said any more. */
  set(streamId: number, note: string): void {
    if (note === '') {
      this.byStream.delete(streamId);
      return;
    }
    const sentence = `stream ${streamId} ${note}`;
    this.byStream.set(streamId, sentence);
    if (this.said.has(note) || this.said.size >= MOST_SAID) return;
    this.said.add(note);
    this.onNote?.(sentence);
  }

  text(): string {
    return [...this.byStream.values()].join('; ');
  }
}
