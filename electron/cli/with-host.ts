/** The frame of every command that runs a host: its threads, a client of the first, the served page, Ctrl-C; and the end of all. */
import type { Notice } from '../../src-core/contract.ts';
import { type Client, openClient, RemoteError } from '../../src-core/rpc.ts';
import type { HostPool } from '../host-pool.ts';
import { type PageServer, servePage } from '../serve.ts';
import { CommandFailure, EXIT } from './exit-codes.ts';
import { holdInterrupts } from './interrupts.ts';
import type { Output } from './output.ts';

export interface Running {
  readonly client: Client;
  readonly output: Output;
  /** Resolves at the first Ctrl-C. */
  readonly interrupted: Promise<void>;
  /** Opens the session to a browser, on a port of one's own choosing or a free one. */
  serve(port: number | undefined): Promise<PageServer>;
}

/** Runs `body`, then closes everything. Throws what it throws, or a CommandFailure when something broke in the thread. */
export async function withHost<T>(
  hosts: HostPool,
  output: Output,
  body: (running: Running) => Promise<T>,
): Promise<T> {
  const client = openClient(hosts.first.connect());
  const interrupts = holdInterrupts((text) => output.say(text));
  const servers: PageServer[] = [];
  client.onAnnouncement((said) => {
    if (said.kind === 'notice') output.say(noticeText(said.notice));
  });
  const serve = async (port: number | undefined) => {
    const connect = (windowName: string) => hosts.named(windowName)?.connect();
    const server = await servePage({ connect, whyNot: hosts.whyNot, ...optionalPort(port) });
    servers.push(server);
    return server;
  };
  const gone = hosts.stopped.then(({ reason }) => Promise.reject(hostBroke(reason)));
  const close = async () => {
    output.endStatus();
    for (const server of servers) await server.close();
    client.close();
    await hosts.stop();
    interrupts.release();
  };
  try {
    const result = await Promise.race([
      body({ client, output, interrupted: interrupts.first, serve }),
      gone,
    ]);
    await close();
    const { reason } = await hosts.stopped;
    if (reason !== undefined) throw hostBroke(reason);
    return result;
  } catch (thrown) {
    await close();
    if (!isLinkGone(thrown)) throw thrown;
    throw hostBroke((await hosts.stopped).reason);
  }
}

function optionalPort(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port };
}

function isLinkGone(thrown: unknown): boolean {
  return thrown instanceof RemoteError && thrown.code === 'link-gone';
}

function hostBroke(reason: string | undefined): CommandFailure {
  const what = `Something broke in the session's thread: ${reason ?? 'it ended without a reason.'}`;
  const action = 'What was recorded so far is in its files. Please report this.';
  return new CommandFailure(EXIT.internal, 'host-broke', what, action);
}

function noticeText({ severity, what, raw, action }: Notice): string {
  const lines = [`ringside: ${severity === 'info' ? '' : `${severity}: `}${what}`, raw, action];
  return `${lines.filter((line) => line !== undefined).join('\n  ')}\n`;
}
