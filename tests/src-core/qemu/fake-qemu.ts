// The other end of a QMP socket, in memory: greets, answers what a test says, and notes what it was asked. Hostile on demand.
import type { ByteChannel } from '../../../src-core/qemu/byte-channel.ts';

export interface Asked {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly id?: unknown;
}

export type Answer = { readonly return: unknown } | { readonly error: unknown } | undefined;

export const GREETING = {
  QMP: { version: { qemu: { major: 10, minor: 0, micro: 2 }, package: 'test' }, capabilities: [] },
};

export class FakeQemu implements ByteChannel {
  readonly asked: Asked[] = [];
  isClosed = false;
  private readonly answer: (asked: Asked) => Answer;
  private onBytes: (bytes: Uint8Array) => void = () => {};
  private onClosed: (why: string) => void = () => {};
  private readonly later: string[] = [];

  /** `answer`: undefined means silence. */
  constructor(answer: (asked: Asked) => Answer = () => ({ return: {} })) {
    this.answer = answer;
  }

  listen(onBytes: (bytes: Uint8Array) => void, onClosed: (why: string) => void): void {
    this.onBytes = onBytes;
    this.onClosed = onClosed;
  }

  send(bytes: Uint8Array): void {
    const asked = JSON.parse(new TextDecoder().decode(bytes)) as Asked;
    this.asked.push(asked);
    const answer = asked.execute === 'qmp_capabilities' ? { return: {} } : this.answer(asked);
    if (answer !== undefined) this.later.push(`${JSON.stringify({ ...answer, id: asked.id })}\r\n`);
  }

  wait(): void {
    this.deliver();
  }

  close(): void {
    this.isClosed = true;
  }

  // What the test does

  greet(): void {
    this.say(GREETING);
  }

  say(packet: unknown): void {
    this.raw(`${JSON.stringify(packet)}\r\n`);
  }

  raw(text: string): void {
    this.onBytes(new TextEncoder().encode(text));
  }

  /** Hands over the answers that are due; true when there were some. */
  deliver(): boolean {
    const due = this.later.splice(0);
    for (const text of due) this.raw(text);
    return due.length > 0;
  }

  hangUp(why = 'QEMU closed the connection'): void {
    this.onClosed(why);
  }

  /** Names of the commands so far, without the negotiation. */
  commands(): string[] {
    return this.asked.map(({ execute }) => execute).filter((name) => name !== 'qmp_capabilities');
  }
}
