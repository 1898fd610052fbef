/** Hands a file that only this page can read over to the host, in slices: a few are on their way at a time, however large it is. */
import type { HandedFile } from '../../src-core/contract-handed.ts';
import { LIMITS } from '../../src-core/limits.ts';
import type { Client } from '../../src-core/rpc.ts';

const IN_FLIGHT = 4;

/** Resolves when the host has all of it, or wants no more. Rejects with what the host says against it, or the browser. */
export async function handOver(
  client: Client,
  blob: Blob,
  about: Omit<HandedFile, 'totalBytes'>,
): Promise<void> {
  const { file } = await client.call('beginHanded', { ...about, totalBytes: blob.size });
  const flight = new Flight();
  for (let at = 0; flight.isWanted && (at < blob.size || at === 0); at += LIMITS.handedSliceBytes) {
    const bytes = await sliceOf(blob, at).catch((thrown: unknown) => {
      void client.call('handSlice', { file, bytes: new Uint8Array() });
      throw thrown;
    });
    await flight.room();
    if (flight.isWanted) flight.add(client.call('handSlice', { file, bytes }));
  }
  await flight.landed();
}

async function sliceOf(blob: Blob, at: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(at, at + LIMITS.handedSliceBytes).arrayBuffer());
}

/** Slices that were sent and not answered. */
class Flight {
  isWanted = true;
  private readonly sent = new Set<Promise<void>>();
  private failure: { readonly thrown: unknown } | undefined;

  add(answer: Promise<{ isWanted: boolean }>): void {
    const landed = answer.then(
      ({ isWanted }) => {
        this.isWanted &&= isWanted;
      },
      (thrown: unknown) => {
        this.isWanted = false;
        this.failure ??= { thrown };
      },
    );
    this.sent.add(landed);
    void landed.then(() => this.sent.delete(landed));
  }

  /** Until one more may be sent. */
  async room(): Promise<void> {
    while (this.sent.size >= IN_FLIGHT) await Promise.race(this.sent);
  }

  /** Until all are answered; throws what the first that failed said. */
  async landed(): Promise<void> {
    await Promise.all(this.sent);
    if (this.failure !== undefined) throw this.failure.thrown;
  }
}
