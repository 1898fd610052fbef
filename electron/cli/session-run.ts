/** A session that runs to its end without a window: what `demo` and `device` have in common. A client of the host like any
 *  page. */
import type { SessionStatus } from '../../src-core/contract-data.ts';
import type { Summary } from '../../src-core/contract-summary.ts';
import type { Client } from '../../src-core/rpc.ts';
import { counted, statusLine } from '../status-line.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { summaryText } from './report.ts';
import { withLayout } from './session-options.ts';
import { watchStatus } from './watch-status.ts';
import type { Running } from './with-host.ts';

export interface SessionJob {
  /** Starts the session, and prints what the user needs to go on. */
  readonly start: (client: Client) => Promise<void>;
  /** Opens the session to a browser, at that port or a free one. The command then goes on until Ctrl-C. */
  readonly serve?: { readonly port?: number; readonly layout?: string };
  /** The command ends with the session even when it is served. */
  readonly endsWithSession: boolean;
  /** Ctrl-C is the ordinary way to end: exit code 0. */
  readonly endsByInterrupt: boolean;
  readonly json: boolean;
  /** Of sessions whose summary is not that of a device: the object and the text to print. */
  readonly summarize?: (client: Client) => Promise<{ object: object; text: string } | null>;
}

const STATUS_EVERY_MS = 200;

/** Resolves to the exit code when the session is over and its files are finished. */
export async function runSession(job: SessionJob, running: Running): Promise<ExitCode> {
  const { output } = running;
  if (job.serve !== undefined) {
    const { url } = await running.serve(job.serve.port);
    output.say(`ringside: the session is at ${withLayout(url, job.serve.layout)}\n`);
  }
  await job.start(running.client);
  const over = await untilOver(job, running);
  output.endStatus();
  return finish(job, running, over);
}

interface Over {
  readonly isInterrupted: boolean;
  /** Of the last session that ended, for when a page has closed it since. */
  readonly summary: Summary | null;
}

function untilOver(job: SessionJob, running: Running): Promise<Over> {
  const { client, interrupted, output } = running;
  const outlivesSession = job.serve !== undefined && !job.endsWithSession;
  let summary: Summary | null = null;
  let endedId = 0;
  let stopWatching = () => {};
  const over = new Promise<Over>((resolve, reject) => {
    const onEnded = async (sessionId: number) => {
      if (sessionId === endedId) return;
      endedId = sessionId;
      summary = await client.call('summary', {});
      if (!outlivesSession) resolve({ isInterrupted: false, summary });
      else output.say('ringside: the session has ended; its page stays open until Ctrl-C\n');
    };
    stopWatching = watchStatus({
      client,
      everyMs: STATUS_EVERY_MS,
      alwaysPull: output.hasStatus,
      onFailure: reject,
      onStatus(status) {
        if (status !== null) output.status(statusLine(status));
        if (status?.phase === 'ended') onEnded(status.sessionId).catch(reject);
      },
    });
    void interrupted.then(() => resolve({ isInterrupted: true, summary }));
  });
  return over.finally(() => stopWatching());
}

async function finish(job: SessionJob, running: Running, over: Over): Promise<ExitCode> {
  const { client, output } = running;
  if (over.isInterrupted) await client.call('stopSession', {});
  const status = await client.call('status', {});
  const summary = (await client.call('summary', {})) ?? over.summary;
  const own = await job.summarize?.(client);
  if (own) output.data(job.json ? `${JSON.stringify(own.object)}\n` : own.text);
  else if (summary !== null) {
    output.data(job.json ? `${JSON.stringify(summary)}\n` : summaryText(summary));
  }
  const loss = lossText(status, summary);
  if (loss !== undefined) {
    output.say(loss);
    return EXIT.incomplete;
  }
  return over.isInterrupted && !job.endsByInterrupt ? EXIT.interrupted : EXIT.ok;
}

function lossText(status: SessionStatus | null, summary: Summary | null): string | undefined {
  const entries = summary?.dropped ?? 0;
  const pcmBytes = status?.lostPcmBytes ?? 0;
  if (entries === 0 && pcmBytes === 0) return undefined;
  const lost = `${counted(entries, 'record')} and ${counted(pcmBytes, 'byte')} of PCM`;
  return `ringside: the capture is incomplete: ${lost} were lost\n`;
}
