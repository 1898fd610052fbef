// Everything that can be wrong about a socket's path is explained, and nothing of anybody else's is touched.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hasLibc, libc } from '../../../electron/native/libc.ts';
import { unixAddress } from '../../../electron/native/unix-socket.ts';
import { ListeningSocket } from '../../../electron/vhost-user/listening-socket.ts';
import { HostError } from '../../../src-core/host-error.ts';

describe.skipIf(!hasLibc())('a listening socket', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ringside-listen-'));
    path = join(folder, 'snd.sock');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const problemAt = (where: string): HostError => {
    try {
      new ListeningSocket(where).close();
    } catch (error) {
      if (error instanceof HostError) return error;
      throw error;
    }
    throw new Error('nothing was wrong with it');
  };

  const listening = (where: string): Promise<Server> => {
    return new Promise((resolve) => {
      const server: Server = createServer().listen(where, () => resolve(server));
    });
  };

  test('can be connected to, and takes its file away', async () => {
    const socket = new ListeningSocket(path);
    expect(lstatSync(path).isSocket()).toBe(true);
    await new Promise<void>((resolve) => {
      const client = connect(path, () => {
        client.destroy();
        resolve();
      });
    });
    socket.close();
    expect(existsSync(path)).toBe(false);
  });

  test('has a path of 107 bytes at most', () => {
    const long = `/tmp/${'x'.repeat(103)}`;
    expect(problemAt(long)).toMatchObject({
      code: 'path-too-long',
      message: 'The socket’s path has 108 bytes, and a socket’s path has 107 at most.',
    });
    expect(problemAt(`/tmp/${'ä'.repeat(52)}`).code).toBe('path-too-long');
    const fits = join(folder, 'x'.repeat(106 - folder.length));
    expect(Buffer.byteLength(fits)).toBe(107);
    new ListeningSocket(fits).close();
    expect(problemAt('').code).toBe('bad-path');
  });

  test('says who listens at its path already, without disturbing them', async () => {
    let connections = 0;
    const server = await listening(path);
    server.on('connection', () => connections++);
    const problem = problemAt(path);
    expect(problem.code).toBe('socket-in-use');
    expect(problem.message).toContain(`(process ${process.pid}) listens at ${path} already`);
    expect(problem.action).toContain(`End process ${process.pid}, or choose another path`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(connections).toBe(0);
    await new Promise((resolve) => server.close(resolve));
  });

  test('takes the place of a socket that a program left behind', () => {
    const dead = libc().socket();
    expect(libc().bind(dead, unixAddress(path))).toBe(0);
    libc().close(dead);
    expect(existsSync(path)).toBe(true);
    new ListeningSocket(path).close();
    expect(existsSync(path)).toBe(false);
  });

  test('leaves a file alone that is no socket', () => {
    writeFileSync(path, 'mine');
    expect(problemAt(path).code).toBe('not-a-socket');
    expect(existsSync(path)).toBe(true);
    expect(problemAt(folder).code).toBe('not-a-socket');
  });

  test('needs a folder that is there', () => {
    const problem = problemAt(join(folder, 'no', 'snd.sock'));
    expect(problem).toMatchObject({
      code: 'no-folder',
      action: 'Create it, or choose another path.',
    });
    writeFileSync(path, '');
    expect(problemAt(join(path, 'snd.sock')).code).toBe('no-folder');
  });

  test('needs a folder that can be written to', () => {
    chmodSync(folder, 0o500);
    // Root may write anywhere but where the kernel itself has no room for a socket.
    const closed = process.getuid?.() === 0 ? '/sys/kernel/snd.sock' : path;
    expect(problemAt(closed).code).toBe('not-writable');
    chmodSync(folder, 0o700);
  });

  test('does not take away a file that somebody put in its place', async () => {
    const socket = new ListeningSocket(path);
    unlinkSync(path);
    const server = await listening(path);
    socket.close();
    expect(existsSync(path)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });
});
