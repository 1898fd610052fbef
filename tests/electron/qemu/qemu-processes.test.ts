// What a QEMU's command line tells of its sockets and files.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeCommandLine, qemuProcesses } from '../../../electron/qemu/qemu-processes.ts';
import { hostAndPort } from '../../../electron/qemu/qmp-socket.ts';
import { testFolder } from '../../guest/test-folder.ts';

describe('a command line', () => {
  test.each<[string, string[]]>([
    ['-qmp unix:/tmp/q.sock,server=on,wait=off', ['/tmp/q.sock']],
    ['--qmp unix:run/q.sock,server,nowait', ['/vm/run/q.sock']],
    ['-qmp tcp:127.0.0.1:4444,server=on', ['127.0.0.1:4444']],
    ['-qmp tcp::4444,server=on', ['localhost:4444']],
    [
      '-chardev socket,id=m,path=/run/m.sock,server=on -mon chardev=m,mode=control',
      ['/run/m.sock'],
    ],
    ['-chardev socket,id=m,path=/run/m.sock -mon m,mode=control', ['/run/m.sock']],
    ['-chardev socket,id=m,path=/run/m.sock -mon chardev=m,mode=readline', []],
    ['-chardev socket,id=snd,path=/run/snd.sock -device vhost-user-snd-pci,chardev=snd', []],
    ['-qmp stdio', []],
    ['-qmp unix:/tmp/a,,b,server=on', ['/tmp/a,b']],
  ])('%s', (line, qmp) => {
    expect(describeCommandLine(['qemu-system-x86_64', ...line.split(' ')], '/vm').qmp).toEqual(qmp);
  });

  test('names the guest, its log and whether it has a sound device', () => {
    const line =
      'qemu-system-x86_64 -name guest=box,debug-threads=on -D logs/q.log -device virtio-sound-pci,audiodev=a';
    expect(describeCommandLine(line.split(' '), '/vm')).toEqual({
      ...{ name: 'box', qmp: [], hasSound: true, logPath: '/vm/logs/q.log' },
    });
    const trace = 'qemu-system-x86_64 -trace enable=virtio*,file=/t/x.log';
    expect(describeCommandLine(trace.split(' '), '/vm').logPath).toBe('/t/x.log');
  });
});

test('processes that are no QEMU, or have gone, are passed over', () => {
  const proc = testFolder();
  for (const [pid, line] of [
    ['12', 'qemu-system-x86_64\0-qmp\0unix:q,server=on\0'],
    ['13', '/usr/bin/vim\0qemu-system-x86_64\0'],
    ['14', '/usr/libexec/qemu-kvm\0-qmp\0unix:/k,server=on\0'],
    ['self', 'qemu-system-arm\0'],
  ]) {
    mkdirSync(join(proc, pid ?? ''));
    writeFileSync(join(proc, pid ?? '', 'cmdline'), line ?? '');
    symlinkSync('/vm', join(proc, pid ?? '', 'cwd'));
  }
  mkdirSync(join(proc, '15'));
  expect(qemuProcesses(proc).map(({ pid, qmp }) => [pid, ...qmp])).toEqual([
    [14, '/k'],
    [12, '/vm/q'],
  ]);
});

test.each([
  ['localhost:4444', { host: 'localhost', port: 4444 }],
  ['[::1]:4444', { host: '::1', port: 4444 }],
  ['tcp:box:1', { host: 'box', port: 1 }],
  ['/tmp/q.sock', undefined],
  ['q.sock', undefined],
  ['a/b:4', undefined],
  ['localhost:99999', undefined],
])('%s', (target, expected) => {
  expect(hostAndPort(target)).toEqual(expected);
});
